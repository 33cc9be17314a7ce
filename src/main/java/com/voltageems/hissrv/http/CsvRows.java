package com.voltageems.hissrv.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * CSV as RFC 4180 has it, in UTF-8. Text that a spreadsheet would take for a formula gets an
 * apostrophe in front; numbers never do.
 */
final class CsvRows implements RowFormat {
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?");
  private static final int BUFFER = 32 * 1024;

  private final Output output;
  private final boolean withHead;
  private final StringBuilder line = new StringBuilder(BUFFER);
  private final TimeText times = new TimeText();
  private final NumberText numbers = new NumberText();
  private @Nullable Instant lastTime;
  private String lastText = "";

  CsvRows(Output output) {
    this(output, true);
  }

  /**
   * @param withHead whether a line with the columns comes first
   */
  CsvRows(Output output, boolean withHead) {
    this.output = output;
    this.withHead = withHead;
  }

  @Override
  public void columns(List<String> columns) {
    if (withHead) {
      columns.forEach(this::addText);
      endLine();
    }
  }

  @Override
  public void row(List<@Nullable Object> cells) {
    for (Object cell : cells) {
      switch (cell) {
        case null -> line.append(',');
        case Instant time -> line.append(text(time)).append(',');
        case Double number -> {
          numbers.append(line, number);
          line.append(',');
        }
        case Long number -> line.append(number.longValue()).append(',');
        case Boolean truth -> line.append(truth.booleanValue()).append(',');
        default -> addText(cell.toString());
      }
    }
    endLine();
  }

  /** Rows of one moment share its text. */
  private String text(Instant time) {
    if (!time.equals(lastTime)) {
      lastTime = time;
      lastText = times.of(time);
    }
    return lastText;
  }

  private void addText(String text) {
    String safe = isFormula(text) ? "'" + text : text;
    boolean quoted = safe.isEmpty();
    for (int i = 0; i < safe.length() && !quoted; i++) {
      char c = safe.charAt(i);
      quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    if (quoted) {
      line.append('"').append(safe.replace("\"", "\"\"")).append('"');
    } else {
      line.append(safe);
    }
    line.append(',');
  }

  private static boolean isFormula(String text) {
    return !text.isEmpty()
        && "=+-@\t\r".indexOf(text.charAt(0)) >= 0
        && !NUMBER.matcher(text).matches();
  }

  private void endLine() {
    line.setLength(line.length() - 1);
    line.append("\r\n");
    if (line.length() >= BUFFER - 1_024) {
      flush();
    }
  }

  @Override
  public void end() {
    flush();
  }

  private void flush() {
    try {
      output.open().write(line.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    line.setLength(0);
  }
}
