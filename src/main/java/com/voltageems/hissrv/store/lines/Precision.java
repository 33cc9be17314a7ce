package com.voltageems.hissrv.store.lines;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a line's time counts since the epoch. */
public enum Precision {
  /** Nanoseconds. */
  NS(1_000_000_000),
  /** Microseconds. */
  US(1_000_000),
  /** Milliseconds. */
  MS(1_000),
  /** Seconds. */
  S(1);

  private final long perSecond;

  Precision(long perSecond) {
    this.perSecond = perSecond;
  }

  /** By its name. */
  public static Optional<Precision> parse(String name) {
    return Arrays.stream(values()).filter(one -> one.word().equals(name)).findFirst();
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Precision::word).toList();
  }

  /** Its name: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Instant toInstant(long time) {
    return Instant.ofEpochSecond(
        Math.floorDiv(time, perSecond),
        Math.floorMod(time, perSecond) * (1_000_000_000 / perSecond));
  }
}
