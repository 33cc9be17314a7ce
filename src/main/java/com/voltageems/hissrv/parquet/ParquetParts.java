package com.voltageems.hissrv.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one Parquet file of several that lie in a file one after the other, by another end: it
 * names the row groups of all. The ends in between stay, unused.
 */
public final class ParquetParts {
  private final FileChannel file;
  private final List<RowGroup> groups = new ArrayList<>();
  private @Nullable Footer first;
  private List<@Nullable ColumnType> types = List.of();

  /** In this file. */
  public ParquetParts(FileChannel file) {
    this.file = file;
  }

  /**
   * Adds the next one; tells how many rows it has.
   *
   * @param from its first byte
   * @param to the byte after its last
   * @throws IOException when it can't be read, or is none of ours
   * @throws UnsuitableException when its columns are others than those before
   */
  public long add(long from, long to) throws IOException {
    Footer footer = footer(from, to);
    Footer one = first;
    if (one == null) {
      first = footer;
      types = new ArrayList<>(footer.types());
    } else {
      if (!one.names().equals(footer.names()) || one.unit() != footer.unit()) {
        throw new UnsuitableException("the columns are not the same from part to part");
      }
      unite(footer);
    }
    footer.groups().forEach(group -> groups.add(group.movedBy(from)));
    return footer.groups().stream().mapToLong(RowGroup::rows).sum();
  }

  private void unite(Footer footer) {
    for (int i = 0; i < types.size(); i++) {
      ColumnType next = footer.types().get(i);
      ColumnType known = types.get(i);
      if (known == null) {
        types.set(i, next);
      } else if (next != null && next != known) {
        throw new UnsuitableException(
            "'%s' has values of two types, %s and %s"
                .formatted(footer.names().get(i), known, next));
      }
    }
  }

  /** Writes the end of the whole; what was there is to be in front of it. */
  public void end(OutputStream out) throws IOException {
    Footer one = first;
    if (one == null) {
      throw new IOException("there are no parts");
    }
    new Footer(one.names(), types, one.unit(), groups).writeTo(out);
  }

  private Footer footer(long from, long to) throws IOException {
    ByteBuffer tail = read(to - Footer.TAIL, Footer.TAIL);
    int length = tail.getInt(0);
    if (length <= 0 || length > to - from - Footer.TAIL) {
      throw new IOException("this is no whole Parquet file");
    }
    return Footer.read(read(to - Footer.TAIL - length, length).array());
  }

  private ByteBuffer read(long at, int length) throws IOException {
    if (at < 0) {
      throw new IOException("this is no whole Parquet file");
    }
    var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, at + bytes.position()) < 0) {
        throw new IOException("this is no whole Parquet file");
      }
    }
    return bytes;
  }
}
