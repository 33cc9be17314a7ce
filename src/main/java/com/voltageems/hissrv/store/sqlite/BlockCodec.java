package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.sqlite.Block.Part;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A block: the rows of one series in one stretch of time, column by column, deflated.
 *
 * <pre>
 * version, length when inflated (varints), CRC-32 of what was deflated, then deflated:
 *   rows, times as zigzag deltas of deltas (ns), columns
 *   per column: field id, whether every row has it (else a bit per row), values (ColumnCodec)
 * </pre>
 */
final class BlockCodec {
  private static final int VERSION = 1;
  private static final int LARGEST = 1 << 30;
  private static final long[] NO_TIMES = {};

  private BlockCodec() {}

  /** Rows by time in ns, each with its fields by id. */
  static byte[] encode(NavigableMap<Long, SortedMap<Integer, FieldValue>> rows) {
    var body = new Bytes();
    writeTimes(body, rows.keySet().stream().mapToLong(time -> time).toArray());
    var fieldIds = new TreeSet<Integer>();
    rows.values().forEach(fields -> fieldIds.addAll(fields.keySet()));
    body.writeVarint(fieldIds.size());
    for (int id : fieldIds) {
      writeColumn(body, id, rows);
    }
    return deflated(body.toByteArray());
  }

  /**
   * Rows that all have the same fields.
   *
   * @param times in ns, ascending
   * @param columns by field id, as many values as times
   */
  static byte[] encode(long[] times, SortedMap<Integer, List<FieldValue>> columns) {
    var body = new Bytes();
    writeTimes(body, times);
    body.writeVarint(columns.size());
    columns.forEach((id, values) -> {
      body.writeVarint(id);
      body.write(1);
      ColumnCodec.write(body, values);
    });
    return deflated(body.toByteArray());
  }

  private static void writeTimes(Bytes body, long[] times) {
    body.writeVarint(times.length);
    long previous = 0;
    long previousDelta = 0;
    for (long time : times) {
      long delta = time - previous;
      body.writeZigzag(delta - previousDelta);
      previous = time;
      previousDelta = delta;
    }
  }

  /**
   * @throws DamagedException when the bytes are no block
   */
  static Block decode(byte[] bytes) {
    try (var inflater = new Inflater(true)) {
      return decode(bytes, null, NO_TIMES, inflater);
    }
  }

  /**
   * Only these fields; null for all.
   *
   * @param sharedTimes kept instead of the block's own where they are the same
   * @param inflater without a header; making one costs more than most blocks do
   */
  static Block decode(
      byte[] bytes, @Nullable BitSet fields, long[] sharedTimes, Inflater inflater) {
    var in = new ByteReader(inflated(bytes, inflater));
    long[] times = readTimes(in, sharedTimes);
    var parts = new ArrayList<Part>();
    for (int columns = in.readCount(); columns > 0; columns--) {
      readColumn(in, times.length, fields, parts);
    }
    if (in.hasMore()) {
      throw new DamagedException("a block ends too late");
    }
    return new Block(times, parts);
  }

  private static long[] readTimes(ByteReader in, long[] shared) {
    var times = new long[in.readCount()];
    long time = 0;
    long delta = 0;
    for (int i = 0; i < times.length; i++) {
      delta += in.readZigzag();
      time += delta;
      times[i] = time;
    }
    return Arrays.equals(times, shared) ? shared : times;
  }

  private static void writeColumn(
      Bytes body, int id, NavigableMap<Long, SortedMap<Integer, FieldValue>> rows) {
    var values = new ArrayList<FieldValue>(rows.size());
    var present = new BitSet(rows.size());
    int row = 0;
    for (SortedMap<Integer, FieldValue> fields : rows.values()) {
      FieldValue value = fields.get(id);
      if (value != null) {
        values.add(value);
        present.set(row);
      }
      row++;
    }
    boolean everywhere = values.size() == rows.size();
    body.writeVarint(id);
    body.write(everywhere ? 1 : 0);
    if (!everywhere) {
      body.writeBytes(Arrays.copyOf(present.toByteArray(), (rows.size() + 7) / 8));
    }
    ColumnCodec.write(body, values);
  }

  private static void readColumn(
      ByteReader in, int rows, @Nullable BitSet fields, List<Part> parts) {
    int field = in.readCount();
    @Nullable BitSet present =
        in.readByte() == 1 ? null : BitSet.valueOf(in.readBytes((rows + 7) / 8));
    int count = present == null ? rows : present.cardinality();
    if (fields == null || fields.get(field)) {
      parts.add(new Part(field, ColumnCodec.read(in, count), present));
    } else {
      ColumnCodec.skip(in, count);
    }
  }

  private static byte[] deflated(byte[] body) {
    var out = new Bytes();
    out.writeVarint(VERSION);
    out.writeVarint(body.length);
    out.writeFixed(checksum(body), 4);
    try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(body);
      deflater.finish();
      var buffer = new byte[8_192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    return out.toByteArray();
  }

  private static byte[] inflated(byte[] block, Inflater inflater) {
    var in = new ByteReader(block);
    long version = in.readVarint();
    if (version != VERSION) {
      throw new DamagedException("unknown version of a block: " + version);
    }
    long length = in.readVarint();
    if (length < 0 || length > LARGEST) {
      throw new DamagedException("a block of " + length + " bytes");
    }
    long checksum = in.readFixed(4);
    var body = new byte[(int) length];
    int from = in.position();
    try {
      inflater.reset();
      inflater.setInput(block, from, block.length - from);
      int read = 0;
      while (read < body.length) {
        int n = inflater.inflate(body, read, body.length - read);
        if (n == 0) {
          throw new DamagedException("a block ends too early");
        }
        read += n;
      }
    } catch (DataFormatException e) {
      throw new DamagedException("a block can't be inflated: " + e.getMessage());
    }
    if (checksum(body) != checksum) {
      throw new DamagedException("a block's checksum is wrong");
    }
    return body;
  }

  private static long checksum(byte[] body) {
    var checksum = new CRC32();
    checksum.update(body);
    return checksum.getValue();
  }
}
