package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ExpectedFunctions;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** The extended statistics, from samples to stored fields, against their definitions. */
class StatisticsIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long HOLD = 3_000;
  private static final List<Level> LEVELS =
      List.of("1m", "5m", "1h").stream().map(name -> Level.parse(name).orElseThrow()).toList();

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();
  private final Mapping mapping =
      new Mapping(
          List.of(
              new MappingConfig(
                  Pattern.compile("comsrv:(\\d+):m"),
                  "telemetry",
                  List.of(),
                  Map.of(),
                  true,
                  EnumSet.allOf(Statistic.class),
                  ExpectedFunctions.asked(LEVELS))));

  private record Sample(long millis, double value) {}

  private final Map<String, List<Sample>> good = new TreeMap<>();
  private final Map<String, List<Long>> junk = new TreeMap<>();

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    neighbour.close();
    server.close();
  }

  private Aggregation aggregation() {
    return aggregation(mapping);
  }

  private Aggregation aggregation(Mapping mapping) {
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        LEVELS,
        ZoneOffset.UTC,
        mapping,
        metrics,
        new Offenders(metrics, clock));
  }

  /**
   * One point each of noise around 230, a meter standing at a million, and one that comes and goes.
   */
  private void write(Random random) {
    put("noise", Double.toString(230 + random.nextGaussian()));
    put("meter", Double.toString(1e6 + random.nextGaussian() * 1e-3));
    if (random.nextInt(20) == 0) {
      neighbour.hdel("comsrv:1:m", "guest");
    } else if (random.nextInt(3) == 0) {
      put("guest", Double.toString(random.nextInt(100) - 50));
    }
    put("junky", random.nextInt(4) == 0 ? "junk" : Integer.toString(random.nextInt(9)));
  }

  private static void put(String point, String value) {
    neighbour.hset("comsrv:1:m", point, value);
  }

  private void remember() {
    neighbour
        .hgetAll("comsrv:1:m")
        .forEach((point, text) -> {
          if (text.equals("junk")) {
            junk.computeIfAbsent(point, p -> new ArrayList<>()).add(clock.millis());
          } else {
            good.computeIfAbsent(point, p -> new ArrayList<>())
                .add(new Sample(clock.millis(), Double.parseDouble(text)));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyStatisticEqualsItsDefinitionOnEveryLevel(long seed) {
    neighbour.flushAll();
    var random = new Random(seed);
    var aggregation = aggregation();
    Instant end = START.plus(Duration.ofMinutes(65));
    while (clock.instant().isBefore(end)) {
      write(random);
      aggregation.sample();
      remember();
      clock.advance(Duration.ofMillis(500 + random.nextInt(1_500)));
      if (random.nextInt(40) == 0) {
        clock.advance(Duration.ofSeconds(random.nextInt(90)));
      }
      if (random.nextInt(30) == 0) {
        aggregation.closeDue();
      }
      if (random.nextInt(60) == 0) {
        aggregation.addFunctions(Duration.ofMinutes(1));
      }
      if (random.nextInt(300) == 0) {
        aggregation = aggregation();
      }
    }
    clock.set(START.plus(Duration.ofHours(2)));
    aggregation.closeDue();
    aggregation.addFunctions(Duration.ofMinutes(1));
    verify("seed " + seed);
    assertThat(neighbour.keys("hissrv:raw:*")).as("rows that nobody needs").isEmpty();
  }

  private void verify(String hint) {
    var transform = new ArchiveTransform(mapping);
    var keys = new TreeSet<>(neighbour.keys("archive:*:1"));
    assertThat(keys).as(hint).hasSizeGreaterThan(60);
    for (String key : keys) {
      List<String> parts = List.of(key.split(":", -1));
      long length = Level.parse(parts.get(1)).orElseThrow().length().toMillis();
      long start = Long.parseLong(parts.get(2)) * 1_000;
      var result = (Transformed.Mapped) transform.transform(key, neighbour.hgetAll(key));
      assertThat(result.unusable()).isEmpty();
      Map<String, FieldValue> fields = result.point().fields();
      for (String point : good.keySet()) {
        List<Sample> samples = in(good.getOrDefault(point, List.of()), start, start + length);
        if (samples.isEmpty()) {
          assertThat(fields).doesNotContainKey(point + "_avg");
        } else {
          verify(hint + " " + key + " " + point, fields, point, samples, start, length);
        }
      }
    }
  }

  private static List<Sample> in(List<Sample> samples, long start, long end) {
    return samples.stream().filter(s -> s.millis() >= start && s.millis() < end).toList();
  }

  private void verify(
      String name,
      Map<String, FieldValue> fields,
      String point,
      List<Sample> samples,
      long start,
      long length) {
    double[] values = samples.stream().mapToDouble(Sample::value).toArray();
    double most = samples.stream().mapToDouble(s -> Math.abs(s.value())).max().orElseThrow();
    double sumOfSizes = samples.stream().mapToDouble(s -> Math.abs(s.value())).sum();
    ExpectedFunctions.of(samples.stream().map(Sample::value).toList())
        .forEach((call, expected) -> {
          String label = call.replaceAll("[(.]", "_").replace(")", "");
          assertThat(number(fields, point, label)).as(name + " " + call).isEqualTo(expected);
        });
    assertThat(number(fields, point, "first")).as(name).isEqualTo(values[0]);
    assertThat(number(fields, point, "last")).as(name).isEqualTo(values[values.length - 1]);
    assertThat(number(fields, point, "count")).as(name).isEqualTo(values.length);
    double max = samples.stream().mapToDouble(Sample::value).max().orElseThrow();
    double min = samples.stream().mapToDouble(Sample::value).min().orElseThrow();
    assertThat(number(fields, point, "range")).as(name).isEqualTo(max - min);
    long bad =
        junk.getOrDefault(point, List.of()).stream()
            .filter(at -> at >= start && at < start + length)
            .count();
    assertGood(name, fields, point, values.length, bad, length);
    if (values.length > 1) {
      double stddev = stddev(values);
      assertThat(number(fields, point, "stddev"))
          .as(name)
          .isCloseTo(stddev, within(1e-9 * stddev + 1e-12 * most));
    } else {
      assertThat(fields).as(name).doesNotContainKey(point + "_stddev");
    }
    double[] integral = integral(point, start, start + length);
    assertThat(number(fields, point, "integral"))
        .as(name)
        .isCloseTo(integral[0], within(1e-12 * sumOfSizes));
    assertThat(number(fields, point, "twa"))
        .as(name)
        .isCloseTo(integral[0] * 3_600 / integral[1], within(1e-12 * sumOfSizes));
  }

  /** A minute in which nothing was good has no line, and so its junk is in no coarser window. */
  private void assertGood(
      String name, Map<String, FieldValue> fields, String point, int count, long bad, long length) {
    double found = number(fields, point, "good");
    if (length == 60_000) {
      assertThat(found).as(name).isEqualTo((double) count / (count + bad));
    } else {
      assertThat(found).as(name).isBetween((double) count / (count + bad), 1.0);
    }
  }

  private static double number(Map<String, FieldValue> fields, String point, String statistic) {
    FieldValue value = fields.get(point + "_" + statistic);
    return switch (value) {
      case FieldValue.FloatValue v -> v.value();
      case FieldValue.IntegerValue v -> v.value();
      case null, default -> throw new AssertionError(point + "_" + statistic + " is " + value);
    };
  }

  private static double stddev(double[] values) {
    var mean = BigDecimal.ZERO;
    for (double value : values) {
      mean = mean.add(new BigDecimal(value));
    }
    mean = mean.divide(new BigDecimal(values.length), MathContext.DECIMAL128);
    var squares = BigDecimal.ZERO;
    for (double value : values) {
      BigDecimal d = new BigDecimal(value).subtract(mean);
      squares = squares.add(d.multiply(d));
    }
    return squares
        .divide(new BigDecimal(values.length - 1), MathContext.DECIMAL128)
        .sqrt(MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Hours of the unit, and seconds. Minutes without a good sample have no part in it. */
  private double[] integral(String point, long start, long end) {
    List<Sample> samples = good.getOrDefault(point, List.of());
    var sum = BigDecimal.ZERO;
    long millis = 0;
    for (long minute = start; minute < end; minute += 60_000) {
      if (in(samples, minute, minute + 60_000).isEmpty()) {
        continue;
      }
      for (int i = 0; i < samples.size(); i++) {
        long from = samples.get(i).millis();
        long next = i + 1 < samples.size() ? samples.get(i + 1).millis() : Long.MAX_VALUE;
        long until = Math.min(next, from + HOLD);
        long held = Math.min(until, minute + 60_000) - Math.max(from, minute);
        if (held > 0) {
          sum = sum.add(new BigDecimal(samples.get(i).value()).multiply(new BigDecimal(held)));
          millis += held;
        }
      }
    }
    return new double[] {
      sum.divide(new BigDecimal(3_600_000), MathContext.DECIMAL128).doubleValue(), millis / 1_000.0
    };
  }

  @Test
  void energyIsTheIntegralOfPower() {
    neighbour.flushAll();
    var aggregation = aggregation();
    for (int second = 0; second < 3_600; second++) {
      clock.set(START.plusSeconds(second));
      put("power", second < 1_800 ? "10" : "30");
      aggregation.sample();
    }
    clock.set(START.plus(Duration.ofHours(2)));
    aggregation.closeDue();
    String key = "archive:1h:" + START.getEpochSecond() + ":1";
    var result =
        (Transformed.Mapped) new ArchiveTransform(mapping).transform(key, neighbour.hgetAll(key));
    assertThat(number(result.point().fields(), "power", "integral")).isCloseTo(20, within(1e-9));
    assertThat(number(result.point().fields(), "power", "twa")).isCloseTo(20, within(1e-9));
  }

  @Test
  void aWindowInWhichTheStatisticsWereChangedHasTheUsualOnes() {
    neighbour.flushAll();
    put("power", "10");
    var usual =
        new Mapping(
            List.of(
                new MappingConfig(
                    Pattern.compile("comsrv:(\\d+):m"), "telemetry", List.of(), Map.of(), true)));
    sampleUntil(aggregation(usual), 90);
    sampleUntil(aggregation(), 600);

    assertThat(stats("1m", 0)).isEqualTo("avg min max count sum");
    assertThat(stats("1m", 60)).as("the minute of the change").isEqualTo("avg min max count sum");
    assertThat(stats("1m", 120)).contains("integral");
    assertThat(stats("5m", 0)).as("with the change in it").isEqualTo("avg min max count sum");
    assertThat(stats("5m", 300)).contains("integral");
    Map<String, FieldValue> fields = stored("5m", 0).fields();
    assertThat(number(fields, "power", "avg")).isEqualTo(10);
    assertThat(fields).doesNotContainKey("power_integral");
  }

  private void sampleUntil(Aggregation aggregation, int second) {
    while (clock.instant().isBefore(START.plusSeconds(second))) {
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    aggregation.closeDue();
  }

  private static String key(String level, int second) {
    return "archive:%s:%d:1".formatted(level, START.getEpochSecond() + second);
  }

  private static String stats(String level, int second) {
    return neighbour.hget(key(level, second), "stats");
  }

  private Point stored(String level, int second) {
    String key = key(level, second);
    return ((Transformed.Mapped)
            new ArchiveTransform(mapping).transform(key, neighbour.hgetAll(key)))
        .point();
  }
}
