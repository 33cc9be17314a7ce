package com.voltageems.hissrv.parquet;

import com.voltageems.hissrv.parquet.RowGroup.Chunk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as a Parquet file, some MiB at a time: what is not written yet, and what the end has
 * to say of each group of rows, is all it holds. Columns have the type of their first value.
 */
public final class ParquetWriter {
  /** Of values held, in bytes. A group of rows takes about so much memory, and less in the file. */
  private static final int GROUP_BYTES = 4 << 20;

  /** What the end may say of pieces: each takes 64 bytes until then. */
  private static final int MOST_CHUNKS = 250_000;

  private final Output output;
  private final TimeUnit unit;
  private final List<String> names;
  private final List<ColumnBuffer> columns = new ArrayList<>();
  private final List<RowGroup> groups = new ArrayList<>();
  private long written;
  private int rows;
  private long held;

  /** Opens what is written to when there is something to write. */
  @FunctionalInterface
  public interface Output {
    /** The same each time. */
    OutputStream open() throws IOException;
  }

  /**
   * A file.
   *
   * @param names the columns', each once; the first has the time
   */
  public ParquetWriter(Output output, TimeUnit unit, List<String> names) {
    this.output = output;
    this.unit = unit;
    this.names = List.copyOf(names);
    for (String name : names) {
      columns.add(new ColumnBuffer(name, unit, columns.isEmpty()));
    }
  }

  /**
   * Adds a row.
   *
   * @param cells an {@code Instant}, then {@code String}, {@code Long}, {@code Double} or {@code
   *     Boolean}; null for none
   * @throws UnsuitableException for a cell that its column can't hold
   */
  public void row(List<@Nullable Object> cells) {
    for (int i = 0; i < columns.size(); i++) {
      Object cell = cells.get(i);
      if (cell != null) {
        held += columns.get(i).add(rows, cell);
      }
    }
    rows++;
    if (held + (long) rows * columns.size() / Byte.SIZE >= GROUP_BYTES) {
      writeGroup();
    }
  }

  /** Ends the file. */
  public void end() {
    if (rows > 0) {
      writeGroup();
    }
    try {
      OutputStream out = begun();
      new Footer(names, types(), unit, groups).writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<@Nullable ColumnType> types() {
    var types = new ArrayList<@Nullable ColumnType>();
    columns.forEach(column -> types.add(types.isEmpty() ? ColumnType.TIME : column.type()));
    return types;
  }

  private void writeGroup() {
    if ((long) (groups.size() + 1) * columns.size() > MOST_CHUNKS) {
      throw new UnsuitableException("there are too many rows for one Parquet file");
    }
    ColumnBuffer times = columns.getFirst();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      first = Math.min(first, times.number(i));
      last = Math.max(last, times.number(i));
    }
    try {
      OutputStream out = begun();
      var chunks = new ArrayList<Chunk>(columns.size());
      for (ColumnBuffer column : columns) {
        Chunk chunk = column.write(rows, written, out);
        written += chunk.size();
        chunks.add(chunk);
      }
      groups.add(new RowGroup(rows, first, last, chunks));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows = 0;
    held = 0;
  }

  private OutputStream begun() throws IOException {
    OutputStream out = output.open();
    if (written == 0) {
      out.write(Footer.MAGIC);
      written = Footer.MAGIC.length;
    }
    return out;
  }
}
