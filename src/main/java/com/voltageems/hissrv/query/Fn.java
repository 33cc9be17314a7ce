package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Statistic;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to reckon over a bucket.
 *
 * @param percent of {@link Kind#PERCENTILE}, else 0
 */
record Fn(Kind kind, BigDecimal percent) {
  private static final Pattern PERCENTILE =
      Pattern.compile("percentile\\((\\d{1,3}(?:\\.\\d{1,6})?)\\)");

  /** The functions there are. */
  enum Kind {
    /** Of all samples: windows count by how many they have. */
    MEAN,
    MIN,
    MAX,
    SUM,
    COUNT,
    FIRST,
    LAST,
    /** Largest less smallest. */
    SPREAD,
    /** Of the sample, with n - 1. */
    STDDEV,
    /** Over the time that values hold, in hours of the value's unit. */
    INTEGRAL,
    /** What a counter counted. */
    INCREASE,
    /** Time-weighted average. */
    TWA,
    /** Share of samples that were good. */
    GOOD,
    PERCENTILE;

    /** The statistics it folds from. */
    Set<Statistic> needs() {
      return switch (this) {
        case MEAN, SUM -> EnumSet.of(Statistic.AVG, Statistic.COUNT);
        case MIN -> EnumSet.of(Statistic.MIN);
        case MAX -> EnumSet.of(Statistic.MAX);
        case COUNT -> EnumSet.of(Statistic.COUNT);
        case FIRST -> EnumSet.of(Statistic.FIRST);
        case LAST -> EnumSet.of(Statistic.LAST);
        case SPREAD -> EnumSet.of(Statistic.MIN, Statistic.MAX);
        case STDDEV -> EnumSet.of(Statistic.STDDEV, Statistic.AVG, Statistic.COUNT);
        case INTEGRAL -> EnumSet.of(Statistic.INTEGRAL);
        case INCREASE -> EnumSet.of(Statistic.INCREASE);
        case TWA -> EnumSet.of(Statistic.TWA);
        case GOOD -> EnumSet.of(Statistic.GOOD, Statistic.COUNT);
        case PERCENTILE -> EnumSet.noneOf(Statistic.class);
      };
    }

    /** Whether there is no way to fold it: a window's own is the bucket's, or there is none. */
    boolean isWindowsOwn() {
      return this == PERCENTILE || this == TWA;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Fn of(Kind kind) {
    return new Fn(kind, BigDecimal.ZERO);
  }

  static Fn parse(String text) {
    Matcher match = PERCENTILE.matcher(text);
    if (match.matches() || text.equals("median")) {
      var percent = new BigDecimal(text.equals("median") ? "50" : match.group(1));
      if (percent.compareTo(BigDecimal.valueOf(100)) <= 0) {
        return new Fn(Kind.PERCENTILE, percent.stripTrailingZeros());
      }
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.PERCENTILE && kind.label().equals(text)) {
        return of(kind);
      }
    }
    throw QueryProblem.badChoice("fn", text, names(), Nearest.to(text, names()));
  }

  /** As it is asked for, and as the end of a field's name. */
  String label() {
    return kind == Kind.PERCENTILE
        ? "percentile_" + percent.toPlainString().replace('.', '_')
        : kind.label();
  }

  /** What to store for it. */
  List<String> stored() {
    return kind == Kind.PERCENTILE
        ? List.of("percentile(" + percent.toPlainString() + ")")
        : kind.needs().stream().map(Statistic::label).toList();
  }

  /** What a field's name ends with that it is read from. */
  List<String> labels() {
    return kind == Kind.PERCENTILE ? List.of(label()) : stored();
  }

  private static List<String> names() {
    return Arrays.stream(Kind.values())
        .map(kind -> kind == Kind.PERCENTILE ? "percentile(95)" : kind.label())
        .toList();
  }
}
