package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.store.Row;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the windows of a bucket say of one point, put together from their statistics. */
final class WindowBucket implements Bucket {
  private final Map<Statistic, String> fields;
  private final String percentile;
  private final Sum sum = new Sum();
  private final Sum integral = new Sum();
  private final Sum increase = new Sum();
  private final EnumMap<Statistic, Double> own = new EnumMap<>(Statistic.class);
  private @Nullable Double ownPercentile;
  private long count;
  private double mean;
  private double squares;
  private double all;
  private boolean isMeanKnown = true;
  private boolean isSpreadKnown = true;
  private int windows;

  /**
   * @param fields the field of each statistic that is read
   * @param percentile the field of the percentile that is asked for; empty for none
   */
  WindowBucket(Map<Statistic, String> fields, String percentile) {
    this.fields = fields;
    this.percentile = percentile;
  }

  @Override
  public void add(Row row) {
    boolean any = false;
    for (Map.Entry<Statistic, String> field : fields.entrySet()) {
      Double value = Numbers.of(row.fields().get(field.getValue()));
      if (value != null) {
        any = true;
        keep(field.getKey(), value);
      }
    }
    Double percent = percentile.isEmpty() ? null : Numbers.of(row.fields().get(percentile));
    if (percent != null) {
      any = true;
      ownPercentile = percent;
    }
    if (any) {
      windows++;
      addMoments(row);
    }
  }

  private void keep(Statistic statistic, double value) {
    switch (statistic) {
      case MIN -> own.merge(statistic, value, Math::min);
      case MAX -> own.merge(statistic, value, Math::max);
      case FIRST -> own.putIfAbsent(statistic, value);
      case LAST, TWA -> own.put(statistic, value);
      case INTEGRAL -> integral.add(value);
      case INCREASE -> increase.add(value);
      default -> {}
    }
  }

  /** Merges count, mean and sum of squares as Chan, Golub and LeVeque do. */
  private void addMoments(Row row) {
    Double samples = value(row, Statistic.COUNT);
    if (samples == null || samples <= 0) {
      return;
    }
    long n = samples.longValue();
    Double good = value(row, Statistic.GOOD);
    all += good != null && good > 0 ? n / good : n;
    Double average = value(row, Statistic.AVG);
    Double total = value(row, Statistic.SUM);
    if (average == null && total != null) {
      average = total / n;
    }
    if (average == null) {
      isMeanKnown = false;
      count += n;
      return;
    }
    Double deviation = value(row, Statistic.STDDEV);
    isSpreadKnown &= deviation != null || n == 1;
    double within = deviation == null ? 0 : deviation * deviation * (n - 1);
    double difference = average - mean;
    long merged = count + n;
    squares += within + difference * difference * ((double) count * n / merged);
    mean = count == 0 ? average : mean + difference * n / merged;
    count = merged;
    sum.add(total == null ? average * n : total);
  }

  private @Nullable Double value(Row row, Statistic statistic) {
    String field = fields.get(statistic);
    return field == null ? null : Numbers.of(row.fields().get(field));
  }

  @Override
  public @Nullable FieldValue of(Fn function) {
    return switch (function.kind()) {
      case COUNT -> windows == 0 ? null : FieldValue.of(count);
      case MEAN -> count > 0 && isMeanKnown ? Numbers.of(mean) : null;
      case SUM -> count > 0 && isMeanKnown ? Numbers.of(sum.value()) : null;
      case MIN -> number(Statistic.MIN);
      case MAX -> number(Statistic.MAX);
      case FIRST -> number(Statistic.FIRST);
      case LAST -> number(Statistic.LAST);
      case TWA -> windows == 1 ? number(Statistic.TWA) : null;
      case SPREAD -> {
        Double least = own.get(Statistic.MIN);
        Double most = own.get(Statistic.MAX);
        yield least == null || most == null ? null : Numbers.of(most - least);
      }
      case STDDEV ->
          count > 1 && isMeanKnown && isSpreadKnown
              ? Numbers.of(Math.sqrt(Math.max(0, squares) / (count - 1)))
              : null;
      case INTEGRAL -> integral.result();
      case INCREASE -> increase.result();
      case GOOD -> all > 0 ? Numbers.of(count / all) : null;
      case PERCENTILE -> windows == 1 && ownPercentile != null ? Numbers.of(ownPercentile) : null;
    };
  }

  private @Nullable FieldValue number(Statistic statistic) {
    Double value = own.get(statistic);
    return value == null ? null : Numbers.of(value);
  }
}
