package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the stored levels answers.
 *
 * @param site whose midnights windows of a day follow
 */
record LevelChoice(QueryRequest request, SortedSet<Level> levels, ZoneId site) {
  /** The one asked for, else the one the tag {@code interval} names, else what suits. */
  Level choose() {
    String asked = request.interval();
    if (asked != null && !asked.equals(QueryRequest.AUTO)) {
      return fitting(named(asked));
    }
    String tag = TagTerms.interval(request.tags());
    if (tag != null) {
      return fitting(
          SeriesKey.of(request.measurement(), Map.of(SeriesKey.INTERVAL_TAG, tag)).level());
    }
    List<Level> windowed = levels.stream().filter(level -> !level.equals(Level.RAW)).toList();
    if (windowed.isEmpty()) {
      return Level.RAW;
    }
    if (isFolded()) {
      return coarsestThatFits(windowed);
    }
    return asked == null ? windowed.getFirst() : byPoints(windowed);
  }

  private boolean isFolded() {
    return !request.functions().isEmpty() && request.every() != null;
  }

  /** Few windows are read faster, and say the same, as long as none lies in two buckets. */
  private Level coarsestThatFits(List<Level> windowed) {
    return windowed.reversed().stream()
        .filter(this::fits)
        .findFirst()
        .orElseThrow(() -> {
          Step every = request.every();
          return QueryProblem.badParameter(
              "every",
              "No stored level fits into buckets of %s: windows of %s would lie in two of them."
                  .formatted(every, windowed.getFirst().name()),
              "a multiple of " + windowed.getFirst().name());
        });
  }

  private boolean fits(Level level) {
    return new Buckets(request.range(), request.every(), request.zone())
        .holdWhole(level.length(), site);
  }

  private Level fitting(Level level) {
    if (isFolded() && !fits(level)) {
      throw QueryProblem.badParameter(
          "every",
          "Windows of %s would lie in two buckets of %s in %s."
              .formatted(level.name(), request.every(), request.zone()),
          "a multiple of " + level.name() + ", or a finer interval");
    }
    return level;
  }

  /** The finest that has no more windows in the range than points are wanted. */
  private Level byPoints(List<Level> windowed) {
    Duration range = Duration.between(request.range().start(), request.range().stop());
    return windowed.stream()
        .filter(level -> range.dividedBy(level.length()) <= request.maxPoints())
        .findFirst()
        .orElse(windowed.getLast());
  }

  private Level named(String asked) {
    @Nullable Level wanted = Level.parse(asked).orElse(null);
    if (wanted == null) {
      throw QueryProblem.badParameter(
          "interval",
          "'" + QueryProblem.shown(asked) + "' is not a level's name.",
          "one of " + names());
    }
    if (levels.contains(wanted)) {
      return wanted;
    }
    return levels.stream()
        .filter(level -> level.length().equals(wanted.length()))
        .findFirst()
        .orElseThrow(() -> QueryProblem.unknownLevel(asked, request.measurement(), names()));
  }

  private String names() {
    return levels.stream().map(Level::name).collect(Collectors.joining(", "));
  }
}
