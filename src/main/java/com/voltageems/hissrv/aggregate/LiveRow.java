package com.voltageems.hissrv.aggregate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;

/**
 * What a live hash held at a moment, as {@code aggregate.lua} keeps it: see its {@code raw} and
 * {@code layout_of}.
 */
final class LiveRow {
  private static final byte NUL = 0;

  private final byte[] layout;
  private final byte[] row;

  private LiveRow(byte[] layout, byte[] row) {
    this.layout = layout;
    this.row = row;
  }

  /** The fields' names, told apart from all other lists of names. */
  byte[] layout() {
    return layout;
  }

  /** The moment, then a double per field; NaN where there is no number. */
  byte[] row() {
    return row;
  }

  /** Empty where there is no field, or something only the script can read as it does. */
  static Optional<LiveRow> of(List<Entry<byte[], byte[]>> fields, long nowMillis) {
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    var layout = new ByteArrayOutputStream(fields.size() * 8);
    var row =
        ByteBuffer.allocate((fields.size() + 1) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    row.putDouble((double) nowMillis);
    for (Entry<byte[], byte[]> field : fields) {
      if (hasNul(field.getKey()) || hasNul(field.getValue())) {
        return Optional.empty();
      }
      layout.writeBytes(field.getKey());
      layout.write(NUL);
      row.putDouble(LiveNumber.of(field.getValue()));
    }
    layout.writeBytes(Integer.toString(fields.size()).getBytes(StandardCharsets.US_ASCII));
    return Optional.of(new LiveRow(layout.toByteArray(), row.array()));
  }

  private static boolean hasNul(byte[] text) {
    for (byte one : text) {
      if (one == NUL) {
        return true;
      }
    }
    return false;
  }
}
