package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rows of a source that outlived the close of its minutes; {@code aggregate.lua} tells how they
 * are kept. A minute whose rows are gone, or never were kept, has none.
 */
final class KeptRows {
  /** Bytes of rows held at once, and bytes of the values taken from them. */
  private static final long BYTES_AT_ONCE = 4 << 20;

  private static final long BYTES_OF_VALUES = 32 << 20;
  private static final String LAYOUT = "rows:";

  private final RedisConnection redis;
  private final List<Minute> minutes = new ArrayList<>();
  private final Set<String> points = new LinkedHashSet<>();

  /** Reads which fields the rows of these minutes have, not the rows themselves. */
  KeptRows(RedisConnection redis, SourceKeys source, List<Window> windows) {
    this.redis = redis;
    List<Optional<Map<byte[], byte[]>>> accumulators =
        redis.byteHashes(windows.stream().map(source::accumulator).toList());
    for (int i = 0; i < windows.size(); i++) {
      Minute minute =
          Minute.of(source.rawRows(windows.get(i)), accumulators.get(i).orElse(Map.of()));
      if (minute.bytes > 0) {
        minutes.add(minute);
        minute.layouts.values().forEach(points::addAll);
      }
    }
  }

  /** The point ids, in portions whose values the heap of a small box bears. */
  List<List<String>> portions() {
    long bytes = minutes.stream().mapToLong(Minute::bytes).sum();
    int portions = (int) (bytes / BYTES_OF_VALUES) + 1;
    int size = points.size() / portions + 1;
    var all = List.copyOf(points);
    var parts = new ArrayList<List<String>>();
    for (int from = 0; from < all.size(); from += size) {
      parts.add(all.subList(from, Math.min(from + size, all.size())));
    }
    return parts;
  }

  /** The finite values of some points, by point id, in time order. */
  Map<String, Values> values(Collection<String> portion) {
    var values = new HashMap<String, Values>();
    portion.forEach(point -> values.put(point, new Values()));
    for (int from = 0; from < minutes.size(); ) {
      int to = from + 1;
      long bytes = minutes.get(from).bytes;
      while (to < minutes.size() && bytes + minutes.get(to).bytes <= BYTES_AT_ONCE) {
        bytes += minutes.get(to).bytes;
        to++;
      }
      List<Minute> some = minutes.subList(from, to);
      List<byte[]> rows = redis.bytes(some.stream().map(Minute::key).toList());
      for (int i = 0; i < some.size(); i++) {
        some.get(i).collect(rows.get(i), values);
      }
      from = to;
    }
    return values;
  }

  /**
   * One minute.
   *
   * @param key where its rows are
   * @param bytes how many bytes of these its archive tells of
   * @param layouts the fields of the rows from a byte on
   */
  private record Minute(String key, long bytes, TreeMap<Integer, List<String>> layouts) {
    static Minute of(String key, Map<byte[], byte[]> accumulator) {
      var layouts = new TreeMap<Integer, List<String>>();
      long bytes = 0;
      for (var field : accumulator.entrySet()) {
        String name = text(field.getKey());
        if (name.equals("folded")) {
          bytes = Long.parseLong(text(field.getValue()));
        } else if (name.startsWith(LAYOUT)) {
          layouts.put(Integer.valueOf(name.substring(LAYOUT.length())), ids(field.getValue()));
        }
      }
      return new Minute(key, bytes, layouts);
    }

    void collect(byte[] rows, Map<String, Values> values) {
      var buffer = ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
      var found = new ArrayList<Row>();
      for (var layout : layouts.entrySet()) {
        Integer next = layouts.higherKey(layout.getKey());
        int end = next == null ? rows.length : Math.min(next, rows.length);
        List<Optional<Values>> columns =
            layout.getValue().stream().map(id -> Optional.ofNullable(values.get(id))).toList();
        int size = (columns.size() + 1) * Double.BYTES;
        for (int at = layout.getKey(); at + size <= end; at += size) {
          found.add(new Row(buffer.getDouble(at), at + Double.BYTES, columns));
        }
      }
      // Stable: of two late samples of one moment the first comes first.
      Collections.sort(found, (a, b) -> Double.compare(a.time, b.time));
      found.forEach(row -> row.collect(buffer));
    }

    private static List<String> ids(byte[] packed) {
      var ids = new ArrayList<String>();
      var buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        byte[] id = new byte[buffer.getInt()];
        buffer.get(id);
        ids.add(text(id));
      }
      return ids;
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private record Row(double time, int at, List<Optional<Values>> columns) {
    void collect(ByteBuffer rows) {
      int from = at;
      for (Optional<Values> column : columns) {
        double value = rows.getDouble(from);
        if (column.isPresent() && Double.isFinite(value)) {
          column.get().add(value);
        }
        from += Double.BYTES;
      }
    }
  }
}
