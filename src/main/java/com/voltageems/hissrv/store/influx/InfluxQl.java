package com.voltageems.hissrv.store.influx;

import static java.util.stream.Collectors.joining;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.TagCondition;
import com.voltageems.hissrv.store.lines.LineProtocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Statements of InfluxQL. Whatever comes from outside goes through {@link #quoted}. */
final class InfluxQl {
  static final String MEASUREMENTS = "SHOW MEASUREMENTS";

  /** Fails where the database is missing or may not be read; the other listings do not. */
  static final String PROBE = "SHOW RETENTION POLICIES";

  static final String DATABASES = "SHOW DATABASES";

  private static final String LEVELS = "/^[1-9][0-9]{0,5}[smhd]$/";
  private static final String INTERVAL = tag(SeriesKey.INTERVAL_TAG);

  private InfluxQl() {}

  /** Names and types of the fields, then names of the tags. */
  static String schema(String measurement) {
    return "SHOW FIELD KEYS FROM %1$s; SHOW TAG KEYS FROM %1$s".formatted(name(measurement));
  }

  static String tagNames(String measurement) {
    return "SHOW TAG KEYS FROM " + name(measurement);
  }

  static String series(String measurement) {
    return "SHOW SERIES FROM " + name(measurement);
  }

  /** The intervals there are, then a point without one. */
  static String levels(String measurement) {
    return "SHOW TAG VALUES FROM %1$s WITH KEY = %2$s; SELECT * FROM %1$s WHERE %3$s = '' LIMIT 1"
        .formatted(name(measurement), name(SeriesKey.INTERVAL_TAG), INTERVAL);
  }

  static String fields(String measurement) {
    return "SHOW FIELD KEYS FROM " + name(measurement);
  }

  /** Name, duration, duration of a shard, replicas, whether it is the default. */
  static String retentionPolicies(String database) {
    return "SHOW RETENTION POLICIES ON " + name(database);
  }

  /**
   * @param policy its default retention policy; empty for the server's name of one
   * @param kept a duration of InfluxQL
   */
  static String createDatabase(String database, String policy, String kept) {
    return "CREATE DATABASE %s WITH DURATION %s"
        .formatted(name(database), kept + (policy.isEmpty() ? "" : " NAME " + name(policy)));
  }

  static String createRetentionPolicy(String database, String policy, String kept) {
    return "CREATE RETENTION POLICY %s ON %s DURATION %s REPLICATION 1"
        .formatted(name(policy), name(database), kept);
  }

  /** Of a measurement: each tag's name with each of its values. */
  static String tagValues(String measurement) {
    return "SHOW TAG VALUES FROM " + name(measurement) + " WITH KEY =~ /.*/";
  }

  /** The newest row of each series: the time, then fields and tags in their order here. */
  static String latest(SeriesQuery query, Collection<String> fields, Collection<String> tags) {
    return select(query, fields, tags) + " GROUP BY * ORDER BY time DESC LIMIT 1";
  }

  /** Rows by time: the time, then fields and tags in their order here. */
  static String rows(SeriesQuery query, Collection<String> fields, Collection<String> tags) {
    return select(query, fields, tags)
        + (query.order() == SeriesQuery.Order.NEWEST_FIRST ? " ORDER BY time DESC" : "");
  }

  /** Of each series a row per stretch of time: its start, then the columns in their order. */
  static String buckets(BucketQuery query) {
    var columns = new ArrayList<String>();
    query
        .columns()
        .values()
        .forEach(column ->
            columns.add(
                "%s(%s::field) AS f%d"
                    .formatted(
                        column.function().name().toLowerCase(Locale.ROOT),
                        name(column.field()),
                        columns.size())));
    return "SELECT %s FROM %s WHERE %s GROUP BY time(%dms, %dms), * fill(none)"
        .formatted(
            String.join(", ", columns),
            name(query.rows().measurement()),
            conditions(query.rows()).collect(joining(" AND ")),
            query.every().toMillis(),
            query.offset().toMillis());
  }

  private static String select(
      SeriesQuery query, Collection<String> fields, Collection<String> tags) {
    var columns = new ArrayList<String>();
    fields.forEach(field -> columns.add("%s::field AS f%d".formatted(name(field), columns.size())));
    tags.forEach(tag -> columns.add("%s AS t%d".formatted(tag(tag), columns.size())));
    return "SELECT %s FROM %s WHERE %s"
        .formatted(
            String.join(", ", columns),
            name(query.measurement()),
            conditions(query).collect(joining(" AND ")));
  }

  /**
   * Deletes the rows of a question; of every retention policy, for none can be named here.
   *
   * @throws IllegalArgumentException for a condition that is only known here
   */
  static String delete(SeriesQuery query) {
    if (query.conditions().stream().anyMatch(TagCondition.Tested.class::isInstance)) {
      throw new IllegalArgumentException("a test is not the server's");
    }
    return "DELETE FROM %s WHERE %s"
        .formatted(name(query.measurement()), conditions(query).collect(joining(" AND ")));
  }

  /** What no server could hold has a NUL in it, which ends an InfluxQL statement. */
  static boolean canAsk(SeriesQuery query) {
    return canAsk(query.measurement())
        && query.conditions().stream()
            .allMatch(condition ->
                canAsk(condition.tag())
                    && (!(condition instanceof TagCondition.In in)
                        || in.values().stream().anyMatch(InfluxQl::canAsk)));
  }

  static boolean canAsk(String text) {
    return text.indexOf('\0') < 0;
  }

  private static Stream<String> conditions(SeriesQuery query) {
    var conditions = new ArrayList<String>();
    conditions.add("time >= " + nanos(query.range().start()));
    conditions.add("time < " + nanos(query.range().stop()));
    conditions.add(
        query.level().equals(Level.RAW)
            ? INTERVAL + " !~ " + LEVELS
            : INTERVAL + " = " + text(query.level().name()));
    query.conditions().forEach(condition -> add(condition, conditions));
    return conditions.stream();
  }

  /** A test is not the server's: rows are held against it here. */
  private static void add(TagCondition condition, List<String> conditions) {
    switch (condition) {
      case TagCondition.In(String tag, Set<String> values) ->
          conditions.add(
              values.stream()
                  .filter(InfluxQl::canAsk)
                  .sorted()
                  .map(value -> tag(tag) + " = " + text(value))
                  .collect(joining(" OR ", "(", ")")));
      case TagCondition.NotIn(String tag, Set<String> values) ->
          values.stream()
              .filter(InfluxQl::canAsk)
              .sorted()
              .forEach(value -> conditions.add(tag(tag) + " != " + text(value)));
      case TagCondition.Tested _ -> {}
    }
  }

  private static long nanos(Instant time) {
    if (time.isBefore(Point.EARLIEST)) {
      return LineProtocol.nanos(Point.EARLIEST);
    }
    return LineProtocol.nanos(time.isAfter(Point.LATEST) ? Point.LATEST : time);
  }

  private static String tag(String name) {
    return name(name) + "::tag";
  }

  private static String name(String name) {
    return quoted('"', name);
  }

  private static String text(String value) {
    return quoted('\'', value);
  }

  /** As the scanner of InfluxQL reads it back: it knows these escapes and refuses line ends. */
  static String quoted(char quote, String text) {
    var quoted = new StringBuilder(text.length() + 2).append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        quoted.append("\\n");
      } else {
        if (c == quote || c == '\\') {
          quoted.append('\\');
        }
        quoted.append(c);
      }
    }
    return quoted.append(quote).toString();
  }
}
