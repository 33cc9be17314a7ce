package com.voltageems.hissrv.query;

import com.voltageems.hissrv.aggregate.LiveHashes.Reading;
import com.voltageems.hissrv.aggregate.LiveText;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.transform.MappedSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a live hash holds now, under the names it is stored by.
 *
 * @param source the live key
 * @param series without interval
 * @param time when it was read
 * @param values by field; none where the hash is gone
 */
public record LiveValues(
    String source, SeriesKey series, Instant time, SortedMap<String, Value> values) {

  /**
   * One value.
   *
   * @param value scaled as it would be stored; null where the text is no number
   * @param text what the hash holds instead of a number; null where it is one
   * @param unit null where none is configured
   * @param point the id in the live hash
   * @param stale whether it is too old by the time its device gave it
   */
  public record Value(
      @Nullable Double value,
      @Nullable String text,
      @Nullable String unit,
      String point,
      boolean stale) {}

  private static final int LONGEST_TEXT = 200;

  /**
   * @param source one rule's view of it
   * @param staleAfter how old a value may be whose time is known
   */
  static LiveValues of(MappedSource source, Reading reading, Instant now, Duration staleAfter) {
    var values = new TreeMap<String, Value>();
    reading
        .texts()
        .forEach((point, text) -> {
          if (!LiveText.isBookkeeping(point)) {
            source
                .field(point)
                .ifPresent(field ->
                    values.putIfAbsent(
                        field.name(),
                        value(field, point, text, isStale(reading, point, now, staleAfter))));
          }
        });
    return new LiveValues(reading.source(), source.series(), now, values);
  }

  LiveValues without(Instant now) {
    return new LiveValues(source, series, now, Collections.emptySortedMap());
  }

  /** Whether it tells the same, whenever it was read. */
  boolean isLike(@Nullable LiveValues before) {
    return before != null && values.equals(before.values) && series.equals(before.series);
  }

  private static Value value(MappingConfig.Field field, String point, String text, boolean stale) {
    OptionalDouble number = LiveText.number(text);
    double scaled = number.isPresent() ? field.scaling().of(number.getAsDouble()) : Double.NaN;
    if (Double.isFinite(scaled)) {
      return new Value(scaled, null, field.unit(), point, stale);
    }
    String shown = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    return new Value(null, shown, field.unit(), point, stale);
  }

  private static boolean isStale(Reading reading, String point, Instant now, Duration staleAfter) {
    String time = reading.times().get(point);
    OptionalDouble millis = time == null ? OptionalDouble.empty() : LiveText.number(time);
    return millis.isPresent() && now.toEpochMilli() - millis.getAsDouble() > staleAfter.toMillis();
  }
}
