package com.voltageems.hissrv.parquet;

import com.voltageems.hissrv.parquet.RowGroup.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of itself at its end.
 *
 * @param names the columns', the time first
 * @param types theirs; null for a column without a value
 */
record Footer(
    List<String> names, List<@Nullable ColumnType> types, TimeUnit unit, List<RowGroup> groups) {
  static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Length and mark, which end a file. */
  static final int TAIL = Integer.BYTES + MAGIC.length;

  private static final int GZIP = 2;
  private static final int REQUIRED = 0;
  private static final int OPTIONAL = 1;
  private static final int UTF8 = 0;
  private static final int TIMESTAMP_MICROS = 10;

  void writeTo(OutputStream out) throws IOException {
    var schema = new ArrayList<Struct>();
    schema.add(new Struct().with(4, "history").with(5, names.size()));
    var orders = new ArrayList<Struct>();
    for (int i = 0; i < names.size(); i++) {
      schema.add(element(i));
      orders.add(new Struct().with(1, new Struct()));
    }
    long rows = groups.stream().mapToLong(RowGroup::rows).sum();
    var told = new ByteArrayOutputStream();
    new Struct()
        .with(1, 1)
        .with(2, schema)
        .with(3, rows)
        .with(4, groups.stream().map(this::group).toList())
        .with(6, "HisSrv")
        .with(7, orders)
        .writeTo(told);
    told.writeTo(out);
    out.write(ColumnBuffer.littleEndian(told.size()));
    out.write(MAGIC);
  }

  private ColumnType type(int column) {
    ColumnType type = types.get(column);
    return type == null ? ColumnType.FLOAT : type;
  }

  private Struct element(int column) {
    ColumnType type = type(column);
    var element =
        new Struct()
            .with(1, type.physical())
            .with(3, type == ColumnType.TIME ? REQUIRED : OPTIONAL)
            .with(4, names.get(column));
    if (type == ColumnType.STRING) {
      element.with(6, UTF8).with(10, new Struct().with(1, new Struct()));
    }
    if (type == ColumnType.TIME) {
      var counted = new Struct().with(unit.id(), new Struct());
      element.with(10, new Struct().with(8, new Struct().with(1, true).with(2, counted)));
      if (unit == TimeUnit.MICROS) {
        element.with(6, TIMESTAMP_MICROS);
      }
    }
    return element;
  }

  private Struct group(RowGroup group) {
    var columns = new ArrayList<Struct>();
    long plainSize = 0;
    long size = 0;
    for (int i = 0; i < names.size(); i++) {
      Chunk chunk = group.chunks().get(i);
      plainSize += chunk.plainSize();
      size += chunk.size();
      columns.add(new Struct().with(2, chunk.start()).with(3, chunk(i, chunk, group)));
    }
    return new Struct()
        .with(1, columns)
        .with(2, plainSize)
        .with(3, (long) group.rows())
        .with(5, group.chunks().getFirst().start())
        .with(6, size);
  }

  private Struct chunk(int column, Chunk chunk, RowGroup group) {
    boolean isCoded = chunk.dictionaryAt() >= 0;
    var statistics = new Struct().with(3, (long) chunk.nulls());
    if (column == 0) {
      statistics.with(5, bytes(group.last())).with(6, bytes(group.first()));
    }
    var told =
        new Struct()
            .with(1, type(column).physical())
            .with(
                2,
                isCoded
                    ? List.of(ColumnBuffer.PLAIN, ColumnBuffer.RUN_LENGTH, ColumnBuffer.DICTIONARY)
                    : List.of(ColumnBuffer.PLAIN, ColumnBuffer.RUN_LENGTH))
            .with(3, List.of(names.get(column)))
            .with(4, GZIP)
            .with(5, (long) chunk.rows())
            .with(6, (long) chunk.plainSize())
            .with(7, (long) chunk.size())
            .with(9, chunk.dataAt())
            .with(12, statistics);
    return isCoded ? told.with(11, chunk.dictionaryAt()) : told;
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  /** Of a file that this class has ended. */
  static Footer read(byte[] bytes) throws IOException {
    Struct file = StructReader.read(bytes);
    List<Struct> elements = file.structs(2);
    List<RowGroup> groups = file.structs(4).stream().map(Footer::group).toList();
    var names = new ArrayList<String>();
    var types = new ArrayList<@Nullable ColumnType>();
    for (int i = 1; i < elements.size(); i++) {
      int column = i - 1;
      names.add(elements.get(i).text(4));
      boolean isKnown =
          groups.stream()
              .map(group -> group.chunks().get(column))
              .anyMatch(chunk -> chunk.nulls() < chunk.rows());
      types.add(isKnown || column == 0 ? ColumnType.of(elements.get(i)) : null);
    }
    boolean inNanos = elements.get(1).struct(10).struct(8).struct(2).has(TimeUnit.NANOS.id());
    return new Footer(
        names,
        Collections.unmodifiableList(types),
        inNanos ? TimeUnit.NANOS : TimeUnit.MICROS,
        groups);
  }

  private static RowGroup group(Struct group) {
    var chunks = new ArrayList<Chunk>();
    for (Struct column : group.structs(1)) {
      Struct told = column.struct(3);
      chunks.add(
          new Chunk(
              told.has(11) ? told.number(11) : -1,
              told.number(9),
              (int) told.number(6),
              (int) told.number(7),
              (int) told.number(5),
              (int) told.struct(12).number(3)));
    }
    Struct times = group.structs(1).getFirst().struct(3).struct(12);
    return new RowGroup(
        (int) group.number(3), number(times.bytes(6)), number(times.bytes(5)), chunks);
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
