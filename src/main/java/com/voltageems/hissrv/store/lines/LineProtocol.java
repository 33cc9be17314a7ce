package com.voltageems.hissrv.store.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Points as lines of InfluxDB's line protocol, times in nanoseconds. Reused, it allocates nothing
 * per point once it has grown to a batch's size. For one thread.
 */
public final class LineProtocol {
  private static final int FIRST_SIZE = 64 << 10;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String IN_MEASUREMENT = ", ";
  private static final String IN_NAME = ",= ";
  private static final String IN_TEXT = "\"\\";

  private final BiConsumer<String, String> tagWriter = this::tag;
  private final BiConsumer<String, FieldValue> fieldWriter = this::field;

  /** The JDK writes the shortest digits that are the same double again, here without garbage. */
  private final StringBuilder number = new StringBuilder(32);

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;
  private byte separator;
  private @Nullable String problem;

  /**
   * Adds a line.
   *
   * @return why the point has no line that would come back as the same point; null when it was
   *     added
   */
  public @Nullable String add(Point point) {
    return add(point.series().measurement(), point.series().tags(), point.time(), point.fields());
  }

  /** As {@link #add(Point)}, of a point's parts: each sorted, none empty. */
  public @Nullable String add(
      String measurement,
      SortedMap<String, String> tags,
      Instant time,
      SortedMap<String, FieldValue> fields) {
    int start = size;
    problem = null;
    if (measurement.charAt(0) == '#') {
      problem = "InfluxDB takes a line for a comment whose measurement begins with #";
    }
    name(measurement, IN_MEASUREMENT);
    tags.forEach(tagWriter);
    separator = ' ';
    fields.forEach(fieldWriter);
    put((byte) ' ');
    number(nanos(time));
    put((byte) '\n');
    if (problem != null) {
      size = start;
    }
    return problem;
  }

  /** As {@link #add(Point)}; a point without a line becomes a comment that only we read back. */
  public void addAny(
      String measurement,
      SortedMap<String, String> tags,
      Instant time,
      SortedMap<String, FieldValue> fields) {
    if (add(measurement, tags, time, fields) != null) {
      comment(PointLines.AS_JSON + PointJson.write(measurement, tags, time, fields));
    }
  }

  /** Adds a comment: {@code #} and what follows, without line ends. */
  public void comment(String comment) {
    byte[] encoded = comment.getBytes(UTF_8);
    room(encoded.length + 1);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    put((byte) '\n');
  }

  /** Bytes in use. */
  public int size() {
    return size;
  }

  /** Forgets the lines, keeps the room. */
  public void clear() {
    size = 0;
  }

  /** Writes the lines. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** A copy of the lines. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Since the epoch. */
  public static long nanos(Instant time) {
    long seconds = time.getEpochSecond();
    // A negative time's nanoseconds count forward: 64 bits hold the sum, not always the product.
    return seconds < 0
        ? (seconds + 1) * NANOS_PER_SECOND + (time.getNano() - NANOS_PER_SECOND)
        : seconds * NANOS_PER_SECOND + time.getNano();
  }

  private void tag(String name, String value) {
    put((byte) ',');
    key("tag", name);
    put((byte) '=');
    name(value, IN_NAME);
  }

  private void field(String name, FieldValue value) {
    put(separator);
    separator = ',';
    key("field", name);
    put((byte) '=');
    switch (value) {
      case FloatValue f -> {
        number.setLength(0);
        putAscii(number.append(f.value()));
      }
      case IntegerValue i -> {
        number(i.value());
        put((byte) 'i');
      }
      case BooleanValue b -> put((byte) (b.value() ? 't' : 'f'));
      case StringValue s -> {
        put((byte) '"');
        text(s.value());
        put((byte) '"');
      }
    }
  }

  private void key(String what, String name) {
    if (name.equals("time")) {
      problem = "InfluxDB takes no " + what + " called \"time\"";
    }
    name(name, IN_NAME);
  }

  private void number(long value) {
    number.setLength(0);
    putAscii(number.append(value));
  }

  /** The grammar has no escape for a backslash or a line end in a name: such names are refused. */
  private void name(String text, String special) {
    int length = text.length();
    room(length * 3 + length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7F) {
        problem = "InfluxDB takes no control characters (line ends, for example) in names and tags";
      } else if (special.indexOf(c) >= 0) {
        bytes[size++] = '\\';
      } else if (c == '\\' && (i + 1 == length || special.indexOf(text.charAt(i + 1)) >= 0)) {
        problem =
            "InfluxDB takes no backslash at the end of a name or tag, nor before a comma, a space or"
                + " an equals sign";
      }
      i += character(text, i, c);
    }
  }

  private void text(String text) {
    int length = text.length();
    room(length * 3 + length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (IN_TEXT.indexOf(c) >= 0) {
        bytes[size++] = '\\';
      }
      i += character(text, i, c);
    }
  }

  /** Returns how many chars more it took; there is room. */
  private int character(String text, int i, char c) {
    if (c < 0x80) {
      bytes[size++] = (byte) c;
      return 0;
    }
    if (c < 0x800) {
      bytes[size++] = (byte) (0xC0 | (c >> 6));
      bytes[size++] = continuation(c);
      return 0;
    }
    if (!Character.isSurrogate(c)) {
      bytes[size++] = (byte) (0xE0 | (c >> 12));
      bytes[size++] = continuation(c >> 6);
      bytes[size++] = continuation(c);
      return 0;
    }
    if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
      problem = "half a surrogate pair can't be stored";
      return 0;
    }
    int point = Character.toCodePoint(c, text.charAt(i + 1));
    bytes[size++] = (byte) (0xF0 | (point >> 18));
    bytes[size++] = continuation(point >> 12);
    bytes[size++] = continuation(point >> 6);
    bytes[size++] = continuation(point);
    return 1;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  private void putAscii(StringBuilder text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
  }

  private void put(byte b) {
    room(1);
    bytes[size++] = b;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
