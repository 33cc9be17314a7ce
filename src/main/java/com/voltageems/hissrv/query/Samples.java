package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of a field that was stored as it came, without windows. A value holds until the next,
 * the last one to the end of the range.
 */
final class Samples implements Bucket {
  private static final double NANOS_PER_HOUR = 3_600e9;

  private final String field;
  private final boolean keepsValues;
  private final Percentiles percentiles;
  private double[] values = {};
  private @Nullable Instant heldSince;
  private double held;
  private @Nullable Double before;
  private @Nullable FieldValue first;
  private @Nullable FieldValue last;
  private long count;
  private int numbers;
  private double mean;
  private double squares;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private Sum sum = new Sum();
  private Sum increase = new Sum();
  private Sum integral = new Sum();
  private double hours;

  /** What percentiles are reckoned by, and how many values may be kept for them. */
  interface Percentiles {
    /** The function of a percentage. */
    ToDoubleFunction<double[]> of(double percent);

    /** Takes note that one more value is kept; throws when that is too many. */
    void keepOne();
  }

  Samples(String field, List<Fn> functions, Percentiles percentiles) {
    this.field = field;
    keepsValues = functions.stream().anyMatch(fn -> fn.kind() == Fn.Kind.PERCENTILE);
    this.percentiles = percentiles;
  }

  @Override
  public void add(Row row) {
    FieldValue value = row.fields().get(field);
    if (value == null) {
      return;
    }
    first = first == null ? value : first;
    last = value;
    count++;
    Double number = Numbers.of(value);
    if (number != null) {
      add(row.time(), number);
    }
  }

  private void add(Instant time, double value) {
    hold(time);
    heldSince = time;
    held = value;
    if (before != null) {
      increase.add(value >= before ? value - before : value);
    }
    before = value;
    sum.add(value);
    double difference = value - mean;
    numbers++;
    mean += difference / numbers;
    squares += difference * (value - mean);
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (keepsValues) {
      percentiles.keepOne();
      if (numbers > values.length) {
        values = Arrays.copyOf(values, Math.max(16, values.length * 2));
      }
      values[numbers - 1] = value;
    }
  }

  /** The value at hand holds until then. */
  private void hold(Instant until) {
    if (heldSince != null && until.isAfter(heldSince)) {
      double time = Duration.between(heldSince, until).toNanos() / NANOS_PER_HOUR;
      integral.add(held * time);
      hours += time;
      heldSince = until;
    }
  }

  /** The bucket's end is reached. */
  void close(TimeRange bucket) {
    hold(bucket.stop());
  }

  /** Whether a value reaches into the next bucket. */
  boolean isHeld() {
    return heldSince != null;
  }

  /** Begins the next bucket; what is held, and what a counter stood at, stays. */
  void reopen() {
    values = new double[0];
    first = null;
    last = null;
    count = 0;
    numbers = 0;
    mean = 0;
    squares = 0;
    least = Double.POSITIVE_INFINITY;
    most = Double.NEGATIVE_INFINITY;
    sum = new Sum();
    increase = new Sum();
    integral = new Sum();
    hours = 0;
  }

  @Override
  public @Nullable FieldValue of(Fn function) {
    boolean any = least <= most;
    return switch (function.kind()) {
      case COUNT -> count == 0 ? null : FieldValue.of(count);
      case FIRST -> first;
      case LAST -> last;
      case MEAN -> any ? Numbers.of(mean) : null;
      case SUM -> sum.result();
      case MIN -> any ? Numbers.of(least) : null;
      case MAX -> any ? Numbers.of(most) : null;
      case SPREAD -> any ? Numbers.of(most - least) : null;
      case STDDEV -> numbers > 1 ? Numbers.of(Math.sqrt(squares / (numbers - 1))) : null;
      case INTEGRAL -> integral.result();
      case INCREASE -> increase.result();
      case TWA -> hours > 0 ? Numbers.of(integral.value() / hours) : null;
      case GOOD -> null;
      case PERCENTILE ->
          any
              ? Numbers.of(
                  percentiles
                      .of(function.percent().doubleValue())
                      .applyAsDouble(Arrays.copyOf(values, numbers)))
              : null;
    };
  }
}
