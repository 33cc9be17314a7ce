package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * Writes doubles as {@link Double#toString(double)} does, quickly where they have at most six
 * decimals, as most measured values and their averages have.
 *
 * <p>At most 13 digits then: no two such decimals are the same double, so the one that is the
 * double's value again is its shortest.
 */
final class NumberText {
  private static final double SMALLEST = 1e-3;
  private static final double LARGEST = 1e7;
  private static final double POWER = 1e6;
  private static final int DECIMALS = 6;
  private static final int LONGEST = 16;

  private final char[] text = new char[LONGEST];
  private int start;

  void write(JsonGenerator json, double value) throws IOException {
    if (put(value)) {
      json.writeNumber(text, start, LONGEST - start);
    } else {
      json.writeNumber(value);
    }
  }

  void append(StringBuilder line, double value) {
    if (put(value)) {
      line.append(text, start, LONGEST - start);
    } else {
      line.append(value);
    }
  }

  /** From the last digit to the first; false where the value has more decimals or another form. */
  private boolean put(double value) {
    double size = Math.abs(value);
    if (!(size >= SMALLEST && size < LARGEST)) {
      return false;
    }
    double scaled = Math.rint(size * POWER);
    if (scaled / POWER != size) {
      return false;
    }
    long digits = (long) scaled;
    int decimals = DECIMALS;
    while (decimals > 1 && digits % 10 == 0) {
      digits /= 10;
      decimals--;
    }
    start = LONGEST;
    for (int i = 0; i < decimals; i++) {
      text[--start] = (char) ('0' + digits % 10);
      digits /= 10;
    }
    text[--start] = '.';
    do {
      text[--start] = (char) ('0' + digits % 10);
      digits /= 10;
    } while (digits > 0);
    if (value < 0) {
      text[--start] = '-';
    }
    return true;
  }
}
