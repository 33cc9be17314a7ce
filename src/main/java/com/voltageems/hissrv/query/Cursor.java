package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery.Order;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The last row of a page, and what must stay as it was for the next: the range, which may have
 * ended now, and the rest of the question. Rows are told apart by time and tags, so what comes and
 * goes meanwhile makes no other row lost or told twice.
 *
 * @param attempt which of the ways to find rows it was
 */
record Cursor(
    long fingerprint, TimeRange range, int attempt, Instant time, SortedMap<String, String> tags) {
  private static final int VERSION = 1;
  private static final int MOST_CHARS = 64_000;
  private static final int MOST_TAGS = 10_000;

  /** Whether a row comes after it. */
  boolean isBefore(Row row, Order order) {
    int byTime = row.time().compareTo(time);
    if (byTime != 0) {
      return order == Order.OLDEST_FIRST ? byTime > 0 : byTime < 0;
    }
    return Row.TAG_ORDER.compare(row.tags(), tags) > 0;
  }

  String text() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(fingerprint);
      write(out, range.start());
      write(out, range.stop());
      out.writeInt(attempt);
      write(out, time);
      out.writeInt(tags.size());
      for (Map.Entry<String, String> tag : tags.entrySet()) {
        writeText(out, tag.getKey());
        writeText(out, tag.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * @throws QueryProblem when it is none, or of another question
   */
  static Cursor parse(String text, long fingerprint) {
    if (text.length() > MOST_CHARS) {
      throw bad();
    }
    try (var in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
      if (in.readByte() != VERSION) {
        throw bad();
      }
      if (in.readLong() != fingerprint) {
        throw QueryProblem.badParameter(
            "cursor",
            "This cursor is of another question.",
            "the same parameters as those of the page before, 'limit' excepted");
      }
      var range = new TimeRange(readTime(in), readTime(in));
      int attempt = in.readInt();
      Instant time = readTime(in);
      var tags = new TreeMap<String, String>();
      int size = in.readInt();
      if (size < 0 || size > MOST_TAGS || attempt < 0) {
        throw bad();
      }
      for (int i = 0; i < size; i++) {
        tags.put(readText(in), readText(in));
      }
      if (in.read() >= 0) {
        throw bad();
      }
      return new Cursor(fingerprint, range, attempt, time, tags);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw bad();
    }
  }

  /** Of a question: the same for the same parameters, but for how many rows and from where on. */
  static long fingerprint(Map<String, List<String>> parameters) {
    var sorted = new TreeMap<>(parameters);
    sorted.remove("cursor");
    sorted.remove("limit");
    sorted.remove("format");
    byte[] text = sorted.toString().getBytes(StandardCharsets.UTF_8);
    var checksum = new CRC32();
    checksum.update(text);
    return ((long) text.length << 32) | checksum.getValue();
  }

  private static QueryProblem bad() {
    return QueryProblem.badParameter(
        "cursor", "This is not a cursor.", "what the page before gave as its cursor, unchanged");
  }

  private static void write(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
  }

  private static Instant readTime(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST_CHARS) {
      throw bad();
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw bad();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
