package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.MappingConfig.Counter;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** What meters counted, whatever happens to them, against what was really consumed. */
class CountersIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final double REGISTER = 10_000;
  private static final double MAX_PER_HOUR = 3_600;

  /** Farther than a meter can count between two samples. */
  private static final double FAR = 1_000;

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
                  Map.of(
                      "meter",
                      new Field("energy", "kWh", new Counter(REGISTER, MAX_PER_HOUR)),
                      "stepper",
                      new Field("steps", "kWh", new Counter(0, MAX_PER_HOUR)),
                      "plain",
                      new Field("plain", "kWh", new Counter(0, 0)),
                      "power",
                      new Field("power", "kW")),
                  false)));
  private Aggregation aggregation = aggregation();

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

  @BeforeEach
  void emptyRedis() {
    neighbour.flushAll();
    aggregation = aggregation();
  }

  private Aggregation aggregation() {
    return new Aggregation(
        new RedisConnection(server == null ? "redis://127.0.0.1:1" : server.url()),
        clock,
        Mode.REPLAY,
        List.of("1m", "5m", "1h", "4h").stream().map(l -> Level.parse(l).orElseThrow()).toList(),
        ZoneOffset.UTC,
        mapping,
        metrics,
        new Offenders(metrics, clock));
  }

  /** The stored increases of a field, by key. */
  private Map<String, Double> increases(String field) {
    var transform = new ArchiveTransform(mapping);
    var found = new TreeMap<String, Double>();
    for (String key : neighbour.keys("archive:*:1")) {
      var result = (Transformed.Mapped) transform.transform(key, neighbour.hgetAll(key));
      FieldValue value = result.point().fields().get(field + "_increase");
      if (value instanceof FieldValue.FloatValue number) {
        found.put(key, number.value());
      }
    }
    return found;
  }

  /** A meter with a register, to which everything happens that happens to meters. */
  private static final class Meter {
    private final Random random;
    private double shown;
    private @Nullable Double before;
    private double notCounted;

    Meter(Random random) {
      this.random = random;
      shown = 6_000 + random.nextInt(3_000);
    }

    /** What it counts until the next sample; exact in binary. */
    void count(double seconds) {
      double more = random.nextInt(1_000) / 1_024.0 * seconds;
      notCounted += more;
      shown = (shown + more) % REGISTER;
    }

    /**
     * Begins again at zero, or another one is there: it happens right after a sample, and never so
     * that it could be taken for counting.
     */
    void disturb() {
      if (random.nextBoolean() && shown < REGISTER - FAR) {
        shown = 0;
        return;
      }
      double other = random.nextInt((int) REGISTER);
      double ahead = (other - shown + REGISTER) % REGISTER;
      if (other > FAR && ahead > FAR) {
        shown = other;
        // Nobody can tell what the old one counted meanwhile.
        before = null;
      }
    }

    /** What the reading adds to the truth that can be known. */
    double read() {
      double known = before == null ? 0 : notCounted;
      if (shown != 0) {
        before = shown;
        notCounted = 0;
      }
      return shown == 0 ? 0 : known;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyWindowAndTheirSumTellWhatWasConsumed(long seed) {
    var random = new Random(seed);
    var meter = new Meter(random);
    var expected = new TreeMap<String, Double>();
    Instant end = START.plus(Duration.ofMinutes(239));
    while (clock.instant().isBefore(end)) {
      boolean fault = random.nextInt(60) == 0;
      neighbour.hset("comsrv:1:m", "meter", fault ? "0" : Double.toString(meter.shown));
      neighbour.hset("comsrv:1:m", "power", "1");
      if (random.nextInt(200) == 0) {
        neighbour.hdel("comsrv:1:m", "meter");
      }
      boolean isThere = neighbour.hexists("comsrv:1:m", "meter");
      aggregation.sample();
      if (isThere) {
        double more = fault ? 0 : meter.read();
        long seconds = clock.instant().getEpochSecond();
        for (var level : Map.of("1m", 60, "5m", 300, "1h", 3_600, "4h", 14_400).entrySet()) {
          long start = seconds / level.getValue() * level.getValue();
          expected.merge("archive:" + level.getKey() + ":" + start + ":1", more, Double::sum);
        }
        if (!fault && random.nextInt(200) == 0) {
          meter.disturb();
        }
      }
      int seconds = random.nextInt(300) == 0 ? random.nextInt(600) + 1 : 1 + random.nextInt(4);
      meter.count(seconds);
      clock.advance(Duration.ofSeconds(seconds));
      if (random.nextInt(40) == 0) {
        aggregation.closeDue();
      }
      if (random.nextInt(300) == 0) {
        aggregation = aggregation();
      }
    }
    clock.set(START.plus(Duration.ofHours(5)));
    aggregation.closeDue();
    Map<String, Double> found = increases("energy");
    assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach((key, energy) ->
        assertThat(found.get(key)).as("seed %d %s", seed, key).isCloseTo(energy, within(1e-6)));
  }

  private void sampleEach(int seconds, String point, String value) {
    for (int i = 0; i < seconds; i++) {
      neighbour.hset("comsrv:1:m", point, value);
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void aMeterThatCountsInStepsIsNotTakenForAnother() {
    for (int quarter = 0; quarter < 8; quarter++) {
      sampleEach(900, "stepper", Integer.toString(1_000 + 800 * quarter));
    }
    clock.set(START.plus(Duration.ofHours(5)));
    aggregation.closeDue();
    Map<String, Double> found = increases("steps");
    assertThat(found.get("archive:4h:" + START.getEpochSecond() + ":1")).isEqualTo(7 * 800);
    assertThat(found.get("archive:1m:" + START.plusSeconds(900).getEpochSecond() + ":1"))
        .isEqualTo(800);
  }

  @Test
  void withoutBoundsADropIsAReset() {
    for (String reading : List.of("100", "150", "0", "160", "0", "7", "9")) {
      sampleEach(20, "plain", reading);
    }
    clock.set(START.plus(Duration.ofHours(5)));
    aggregation.closeDue();
    // 50 and, the zero being a moment's fault, 10; then a true reset to 7, and 2.
    assertThat(increases("plain").get("archive:4h:" + START.getEpochSecond() + ":1")).isEqualTo(69);
    var fields =
        ((Transformed.Mapped)
                new ArchiveTransform(mapping)
                    .transform(
                        "archive:4h:" + START.getEpochSecond() + ":1",
                        neighbour.hgetAll("archive:4h:" + START.getEpochSecond() + ":1")))
            .point()
            .fields();
    assertThat(fields).containsKey("plain_avg").doesNotContainKey("plain_twa");
    assertThat(Statistic.USUAL).doesNotContain(Statistic.INCREASE);
  }
}
