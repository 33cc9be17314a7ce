package com.voltageems.hissrv.query;

import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.outbox.DeliveryTimes;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.transform.Origin;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Why a value is what it is.
 *
 * @param series with all of its tags
 * @param field the stored field
 * @param start the window's first moment; of level raw, the point's time
 * @param stop the first moment after; of level raw, the same
 * @param value {@code Double}, {@code Long}, {@code Boolean} or {@code String}; null where there is
 *     none
 * @param from {@code store}, {@code outbox}, {@code archive} or {@code open}; null where there is
 *     no row
 * @param statistics what else the row has of the point, by statistic; {@code value} for one without
 * @param folded null for the finest level and for raw
 * @param origin null where it came in documents, or nothing is known
 * @param archive null without an origin, and of level raw
 * @param rule null where no rule of the present configuration stores it so
 * @param filters those that hold for the live key
 * @param warnings what could not be asked, in sentences
 */
public record Explanation(
    SeriesKey series,
    Level level,
    String field,
    Instant start,
    Instant stop,
    @Nullable Object value,
    @Nullable String from,
    SortedMap<String, Object> statistics,
    @Nullable Folded folded,
    @Nullable Origin origin,
    @Nullable Archive archive,
    @Nullable Rule rule,
    List<FilterConfig> filters,
    Delivery delivery,
    List<String> warnings) {
  /**
   * The finer windows it is made of.
   *
   * @param expected how many there are in it
   * @param windows those that are stored, by time, at most 1,500
   */
  public record Folded(Level level, int expected, List<Part> windows) {}

  /**
   * A finer window.
   *
   * @param value its value of the same field; null where it has none
   */
  public record Part(Instant start, @Nullable Object value) {}

  /**
   * Its hash in Redis.
   *
   * @param held whether it is still there; null when Redis can't be asked
   * @param revision the one that is there; null where there is none
   * @param collected the newest revision that was collected; null when that is not known any more
   * @param text what it says of the point, in the order of {@code stats}; null where it says
   *     nothing
   * @param stats the names of the numbers in the text
   */
  public record Archive(
      String key,
      @Nullable Boolean held,
      @Nullable Long revision,
      @Nullable Long collected,
      @Nullable String text,
      @Nullable String stats) {}

  /**
   * The mapping rule.
   *
   * @param number its place from 0
   * @param statistics all that the rule stores of the field on this level
   * @param aggregation the named aggregation that the series is of; null for the ordinary one
   */
  public record Rule(
      int number,
      MappingConfig config,
      MappingConfig.Field field,
      List<String> statistics,
      @Nullable String aggregation) {}

  /**
   * What became of it.
   *
   * @param state {@code delivered}, {@code pending}, {@code open}, {@code gap}, {@code unexpected}
   *     where the ledger accounts for no such window, or {@code unknown}
   * @param cause of a gap; null else
   * @param times when the store took points of the window, of all series; null when that is not
   *     known, or the store has not this one
   * @param late whether samples came too late for it
   * @param interrupted whether it misses samples, for nobody took them or Redis has forgotten them
   * @param waiting revisions of it in the outbox
   * @param quarantined what of it is set aside, at most ten
   */
  public record Delivery(
      String state,
      @Nullable String cause,
      DeliveryTimes.@Nullable Span times,
      boolean late,
      boolean interrupted,
      int waiting,
      List<Quarantined> quarantined) {}
}
