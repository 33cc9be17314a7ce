package com.voltageems.hissrv.bench.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * What every live hash holds at every second, from a seed: the same question always has the same
 * answer. Some fields are absent now and then.
 */
record SampleLog(long seed, List<Source> sources) {
  /** Live keys, with the series that the mapping makes of them. */
  static final List<Source> SOURCES =
      List.of(
          new Source("comsrv:1:m", "telemetry", Map.of("channel", "1"), List.of("1", "2", "3")),
          new Source("comsrv:2:m", "telemetry", Map.of("channel", "2"), List.of("1", "2", "3")),
          new Source("comsrv:3:m", "telemetry", Map.of("channel", "3"), List.of("1")),
          new Source(
              "modsrv:plant:measurement",
              "model_data",
              Map.of("model", "plant"),
              List.of("p", "q")));

  /** Enough of them for each of several instances to have some. */
  static final List<Source> OF_SEVERAL = ofSeveral();

  private static final int ABSENT_SECONDS = 30;
  private static final int ABSENT_ONE_IN = 15;

  /**
   * One live hash.
   *
   * @param tags of its series, without the level
   * @param points names of its fields
   */
  record Source(String key, String measurement, Map<String, String> tags, List<String> points) {
    /** Every statistic of every point. */
    Set<String> fields() {
      var fields = new TreeSet<String>();
      for (String point : points) {
        for (String statistic : List.of("avg", "min", "max", "count")) {
          fields.add(field(point) + "_" + statistic);
        }
      }
      return fields;
    }

    /** What the mapping calls a point. */
    String field(String point) {
      return measurement.equals("telemetry") ? "value_" + point : point;
    }
  }

  /** Of the few sources that one instance has. */
  SampleLog(long seed) {
    this(seed, SOURCES);
  }

  private static List<Source> ofSeveral() {
    var sources = new ArrayList<Source>();
    for (int i = 1; i <= 12; i++) {
      String name = Integer.toString(i);
      List<String> points = List.of("1", "2", "3").subList(0, 1 + i % 3);
      sources.add(new Source("comsrv:" + i + ":m", "telemetry", Map.of("channel", name), points));
    }
    for (String name : List.of("plant", "roof", "battery", "meter")) {
      sources.add(
          new Source(
              "modsrv:" + name + ":measurement",
              "model_data",
              Map.of("model", name),
              List.of("p", "q")));
    }
    return List.copyOf(sources);
  }

  /** Three decimals between -1000 and 1000; empty where the hash has no such field then. */
  OptionalDouble value(Source source, String point, long second) {
    long place = seed * 31 + source.key().hashCode() * 131L + point.hashCode();
    // A hash without any field does not exist: its source would have to be found again.
    boolean absent =
        !point.equals(source.points().getFirst())
            && new SplittableRandom(place ^ Long.rotateLeft(second / ABSENT_SECONDS, 32))
                    .nextInt(ABSENT_ONE_IN)
                == 0;
    if (absent) {
      return OptionalDouble.empty();
    }
    var random = new SplittableRandom(place ^ second * 0x9E3779B97F4A7C15L);
    return OptionalDouble.of((random.nextInt(2_000_001) - 1_000_000) / 1_000.0);
  }

  Map<String, Map<String, String>> hashesAt(long second) {
    var hashes = new LinkedHashMap<String, Map<String, String>>();
    for (Source source : sources) {
      var fields = new LinkedHashMap<String, String>();
      for (String point : source.points()) {
        value(source, point, second).ifPresent(v -> fields.put(point, Double.toString(v)));
      }
      hashes.put(source.key(), fields);
    }
    return hashes;
  }
}
