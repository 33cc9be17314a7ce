package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.Point;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Times as others write them: epoch seconds, epoch milliseconds, RFC 3339. Never "now". */
final class Timestamps {
  /** Seconds reach it in the year 5138, milliseconds passed it in 1973. */
  private static final BigDecimal FIRST_MILLIS = new BigDecimal("1e11");

  /** Milliseconds reach it in the year 5138; what is larger is micro- or nanoseconds. */
  private static final BigDecimal FIRST_FINER = new BigDecimal("1e14");

  private static final Pattern NUMBER = Pattern.compile("\\d{1,20}(\\.\\d{1,9})?");

  private Timestamps() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what was found and what is expected
   */
  static Instant parse(String text) {
    Instant time;
    if (NUMBER.matcher(text).matches()) {
      time = ofEpoch(new BigDecimal(text));
    } else {
      try {
        time = OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeParseException e) {
        throw unreadable(text);
      }
    }
    if (time.isBefore(Point.EARLIEST) || !time.isBefore(Point.LATEST)) {
      throw unreadable(text);
    }
    return time;
  }

  /** See {@link #parse}. */
  static Instant ofEpoch(BigDecimal number) {
    boolean expensive = Math.abs(number.scale()) > 30 || number.precision() > 30;
    if (expensive || number.signum() < 0 || number.compareTo(FIRST_FINER) >= 0) {
      throw unreadable(number.toString());
    }
    BigDecimal seconds = number.compareTo(FIRST_MILLIS) < 0 ? number : number.movePointLeft(3);
    long whole = seconds.longValue();
    long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
    return Instant.ofEpochSecond(whole, nanos);
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "unreadable timestamp '"
            + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
            + "'; epoch seconds, epoch milliseconds or RFC 3339 with an offset are expected");
  }
}
