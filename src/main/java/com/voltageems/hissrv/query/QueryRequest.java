package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery.Order;
import com.voltageems.hissrv.store.TagCondition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A question as it was asked, understood but not yet held against what is stored.
 *
 * @param interval the level's name, or {@code auto}; null when the asker leaves the choice to us
 * @param tags what is said of tags
 * @param fields names of fields; none for all
 * @param functions what to reckon over buckets; none for rows as they are stored
 * @param every the buckets' length; null for the whole range, or none
 * @param zone whose days they follow
 * @param limit rows in an answer; null for all
 * @param cursor where an answer goes on; null for its beginning
 * @param moments to interpolate at
 * @param includesOpen whether what is not stored yet is asked for, too
 * @param maxGap the longest gap to interpolate over; null for the level's
 */
record QueryRequest(
    String measurement,
    @Nullable String interval,
    SortedMap<String, TagTerms> tags,
    List<String> fields,
    TimeRange range,
    Mode mode,
    List<Fn> functions,
    @Nullable Step every,
    ZoneId zone,
    Fill fill,
    @Nullable Integer limit,
    Order order,
    @Nullable Cursor cursor,
    NavigableSet<Instant> moments,
    int maxPoints,
    @Nullable Duration maxGap,
    boolean includesOpen,
    long fingerprint) {
  /** What kind of answer. */
  enum Mode {
    RAW,
    SUMMARY,
    INTERPOLATED,
    PLOT
  }

  /** The level is ours to choose, by range and number of points. */
  static final String AUTO = "auto";

  /** Rows that an answer can be limited to, at most. */
  static final int MOST_LIMIT = 200_000;

  private static final int DEFAULT_POINTS = 1_000;
  private static final int MOST_POINTS = 100_000;
  private static final int MOST_MOMENTS = 10_000;

  /** Parameters with a meaning of their own. Any other is a tag. */
  static final SortedSet<String> RESERVED =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(
              List.of(
                  "measurement",
                  "range",
                  "start",
                  "stop",
                  "interval",
                  "fields",
                  "mode",
                  "fn",
                  "every",
                  "origin",
                  "fill",
                  "tz",
                  "at",
                  "max_gap",
                  "max_points",
                  "order",
                  "limit",
                  "cursor",
                  "include",
                  "format")));

  /** In front of a tag's name, for tags whose names are reserved. */
  static final String TAG_PREFIX = "tag.";

  /**
   * @param site the zone that holds when none is given
   */
  static QueryRequest parse(Map<String, List<String>> parameters, Instant now, ZoneId site) {
    var reserved = new TreeMap<String, List<String>>();
    var tags = new TagTerms.Builder();
    parameters.forEach((name, values) -> {
      if (RESERVED.contains(name)) {
        reserved.put(name, values);
      } else {
        values.forEach(value -> tags.add(name, tagName(name, value), value));
      }
    });
    return new Reader(reserved, now).read(parameters, tags.all(), site);
  }

  /** Whether the asker says which level answers. */
  boolean namesLevel() {
    return (interval != null && !interval.equals(AUTO)) || tags.containsKey(SeriesKey.INTERVAL_TAG);
  }

  /** What all series of the answer must meet. */
  List<TagCondition> conditions() {
    var conditions = new ArrayList<TagCondition>();
    tags.values().forEach(terms -> terms.addTo(conditions));
    return conditions;
  }

  /** Tags that must have one value. */
  SortedMap<String, String> equalTags() {
    var equal = new TreeMap<String, String>();
    tags.forEach((tag, terms) -> {
      String value = terms.only();
      if (value != null) {
        equal.put(tag, value);
      }
    });
    return equal;
  }

  private static String tagName(String parameter, String value) {
    String tag =
        parameter.startsWith(TAG_PREFIX) ? parameter.substring(TAG_PREFIX.length()) : parameter;
    if (tag.isEmpty()) {
      throw QueryProblem.badParameter(
          parameter, "A parameter has no name.", "a tag's name, for example channel=1001");
    }
    if (value.isEmpty()) {
      throw QueryProblem.badParameter(
          parameter,
          "'" + QueryProblem.shown(tag) + "' has no value, and no tag is ever empty.",
          "the tag's value, for example channel=1001");
    }
    return tag;
  }

  /** Reads the parameters that have a meaning. */
  private record Reader(Map<String, List<String>> given, Instant now) {
    QueryRequest read(
        Map<String, List<String>> all, SortedMap<String, TagTerms> tags, ZoneId site) {
      String measurement = text("measurement", "");
      if (measurement.isEmpty()) {
        throw QueryProblem.missingMeasurement();
      }
      Mode mode = choice("mode", Mode.class, Mode.RAW);
      List<Fn> functions = list("fn").stream().map(Fn::parse).distinct().toList();
      @Nullable String every = one("every");
      Order order = order();
      long fingerprint = Cursor.fingerprint(all);
      @Nullable String given = one("cursor");
      @Nullable Cursor cursor = given == null ? null : Cursor.parse(given, fingerprint);
      NavigableSet<Instant> moments = moments();
      TimeRange range = range(moments);
      @Nullable Step step = every == null ? null : fromOrigin(Step.parse("every", every));
      var request =
          new QueryRequest(
              measurement,
              one("interval"),
              tags,
              list("fields"),
              cursor == null ? range : cursor.range(),
              mode,
              functions,
              step,
              zone(site),
              Fill.parse(text("fill", "none")),
              one("limit") == null ? null : number("limit", MOST_LIMIT),
              order,
              cursor,
              moments,
              one("max_points") == null ? DEFAULT_POINTS : number("max_points", MOST_POINTS),
              one("max_gap") == null ? null : RangeText.duration("max_gap", text("max_gap", "")),
              includesOpen(),
              fingerprint);
      checkTogether(mode, request);
      return request;
    }

    /** What says nothing beside the rest is refused: it was meant to say something. */
    private void checkTogether(Mode mode, QueryRequest request) {
      boolean interpolated = mode == Mode.INTERPOLATED;
      needs("include", mode == Mode.RAW, "mode=raw, which is what holds when nothing is said");
      needs("fn", mode == Mode.RAW, "mode=raw, which is what holds when nothing is said");
      needs("every", interpolated || !request.functions.isEmpty(), "fn, or mode=interpolated");
      needs("fill", request.every != null && mode == Mode.RAW, "fn and every");
      needs("tz", request.every != null, "every");
      needs("origin", request.every != null && request.every.isClock(), "every in h, m, s or ms");
      needs("at", interpolated, "mode=interpolated");
      needs("max_gap", interpolated, "mode=interpolated");
      needs(
          "max_points",
          mode == Mode.PLOT || AUTO.equals(request.interval),
          "mode=plot or interval=auto");
      needs("cursor", request.limit != null, "limit");
      if (interpolated && request.moments.isEmpty() && request.every == null) {
        throw QueryProblem.badParameter(
            "at",
            "mode=interpolated needs the times to interpolate at.",
            "at=2026-01-29T10:00:00Z,2026-01-29T11:00:00Z, or every=1h");
      }
      if (given.containsKey("at")) {
        for (String other : List.of("range", "start", "stop", "every")) {
          if (given.containsKey(other)) {
            throw QueryProblem.badParameter(
                "at", "'at' can't be given together with '" + other + "'.", "one of them");
          }
        }
      }
    }

    private void needs(String name, boolean fulfilled, String what) {
      if (given.containsKey(name) && !fulfilled) {
        throw QueryProblem.badParameter(
            name, "'" + name + "' says nothing without " + what + ".", "together with " + what);
      }
    }

    private TimeRange range(NavigableSet<Instant> moments) {
      return moments.isEmpty()
          ? RangeText.read(one("range"), one("start"), one("stop"), now)
          : new TimeRange(moments.first(), moments.last().plusNanos(1));
    }

    private NavigableSet<Instant> moments() {
      var moments = new TreeSet<Instant>();
      List<String> texts = list("at");
      if (texts.size() > MOST_MOMENTS) {
        throw QueryProblem.badParameter(
            "at", "There are " + texts.size() + " times.", MOST_MOMENTS + " at most");
      }
      texts.forEach(text -> moments.add(RangeText.time("at", text, now)));
      return moments;
    }

    private ZoneId zone(ZoneId site) {
      @Nullable String name = one("tz");
      try {
        return name == null ? site : ZoneId.of(name).normalized();
      } catch (DateTimeException e) {
        throw QueryProblem.badParameter(
            "tz",
            "'" + QueryProblem.shown(String.valueOf(name)) + "' is not a time zone.",
            "a zone of the IANA database or an offset, for example Asia/Shanghai, UTC or +08:00");
      }
    }

    private Step fromOrigin(Step step) {
      return switch (text("origin", "midnight")) {
        case "midnight" -> step;
        case "epoch" -> step.countedFromEpoch();
        default ->
            throw QueryProblem.badChoice(
                "origin", text("origin", ""), List.of("midnight", "epoch"), List.of());
      };
    }

    private boolean includesOpen() {
      @Nullable String text = one("include");
      if (text != null && !text.equals("open")) {
        throw QueryProblem.badChoice("include", text, List.of("open"), List.of());
      }
      return text != null;
    }

    private Order order() {
      return switch (text("order", "asc")) {
        case "asc" -> Order.OLDEST_FIRST;
        case "desc" -> Order.NEWEST_FIRST;
        default ->
            throw QueryProblem.badChoice(
                "order", text("order", ""), List.of("asc", "desc"), List.of());
      };
    }

    private <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
      @Nullable String text = one(name);
      if (text == null) {
        return otherwise;
      }
      List<String> names = Arrays.stream(type.getEnumConstants()).map(QueryRequest::lower).toList();
      int at = names.indexOf(text);
      if (at < 0) {
        throw QueryProblem.badChoice(
            name, text, names, com.voltageems.hissrv.model.Nearest.to(text, names));
      }
      return type.getEnumConstants()[at];
    }

    private int number(String name, int most) {
      String text = text(name, "");
      if (text.matches("\\d{1,7}")) {
        int number = Integer.parseInt(text);
        if (number >= 1 && number <= most) {
          return number;
        }
      }
      throw QueryProblem.badParameter(
          name,
          "'" + QueryProblem.shown(text) + "' is not such a number.",
          "a whole number from 1 to " + most);
    }

    /** Parts between commas, of all that were given; a comma between brackets is none. */
    private List<String> list(String name) {
      var parts = new ArrayList<String>();
      for (String value : given.getOrDefault(name, List.of())) {
        for (String part : value.split(",", -1)) {
          if (part.isEmpty()) {
            throw QueryProblem.badParameter(
                name, "'" + name + "' has an empty name in it.", "names with commas in between");
          }
          parts.add(part);
        }
      }
      return parts;
    }

    private String text(String name, String otherwise) {
      @Nullable String text = one(name);
      return text == null ? otherwise : text;
    }

    private @Nullable String one(String name) {
      List<String> values = given.get(name);
      if (values == null) {
        return null;
      }
      if (values.size() != 1) {
        throw QueryProblem.duplicated(name);
      }
      return values.getFirst();
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }
}
