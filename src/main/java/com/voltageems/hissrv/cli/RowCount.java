package com.voltageems.hissrv.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Counts lines on their way; of CSV, line ends between quotes are none. */
final class RowCount extends FilterOutputStream {
  private final boolean isCsv;
  private boolean quoted;
  private long lines;

  RowCount(OutputStream out, boolean isCsv) {
    super(out);
    this.isCsv = isCsv;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '"') {
        quoted ^= isCsv;
      } else if (bytes[i] == '\n' && !quoted) {
        lines++;
      }
    }
    out.write(bytes, from, length);
  }

  long lines() {
    return lines;
  }
}
