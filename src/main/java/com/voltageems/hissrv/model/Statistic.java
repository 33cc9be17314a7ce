package com.voltageems.hissrv.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a window tells of a point. Stored in a field of its own: {@code <field>_<label>}. */
public enum Statistic implements Summary {
  /** Mean of the good samples. */
  AVG,
  MIN,
  MAX,
  /** Good samples; the only integer. */
  COUNT,
  SUM,
  /** The first good sample. */
  FIRST,
  /** The last good sample. */
  LAST,
  /** {@link #MAX} less {@link #MIN}. */
  RANGE,
  /** Of the sample, with n - 1; a window of one good sample has none. */
  STDDEV,
  /** Time-weighted average: each value counts for as long as it holds, until the next. */
  TWA,
  /** Over the time that values hold, in hours of the value's unit: kWh for kW. */
  INTEGRAL,
  /** Share of samples that were good, 0 to 1. */
  GOOD,
  /** What a counter counted, across resets, rollover and replacement. Only counters have it. */
  INCREASE;

  /** What a source has when nothing is said. */
  public static final Set<Statistic> USUAL =
      Collections.unmodifiableSet(EnumSet.of(AVG, MIN, MAX, COUNT));

  private static final Set<Statistic> EXTENDED =
      EnumSet.of(FIRST, LAST, STDDEV, TWA, INTEGRAL, GOOD);

  /** As configuration and field names write it. */
  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it needs more of the open window than count, sum, min and max. */
  public boolean isExtended() {
    return EXTENDED.contains(this);
  }

  /** The statistic of this label; empty when there is none. */
  public static Optional<Statistic> parse(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
