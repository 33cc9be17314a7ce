package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.FilterConfig.Condition;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
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

/** Filters, quality fields and times of values decide which samples count. */
class JudgedSamplesIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String LIVE = "comsrv:1:m";
  private static final Duration STALE = Duration.ofSeconds(10);
  private static final FilterConfig PRODUCT_PAGE =
      filter(false, false, new Condition("quality", "eq", List.of("good")));

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();

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
  }

  private static FilterConfig filter(boolean any, boolean mark, Condition... conditions) {
    return new FilterConfig("rule", Pattern.compile("comsrv:.*:m"), List.of(conditions), any, mark);
  }

  private Aggregation aggregation(Set<Statistic> statistics, FilterConfig... filters) {
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"), "telemetry", List.of(), Map.of(), true, statistics);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        List.of(Level.parse("1m").orElseThrow(), Level.parse("5m").orElseThrow()),
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        new SampleRules(STALE, List.of(filters)),
        metrics,
        new Offenders(metrics, clock));
  }

  /** A line of an archive: avg min max count sum, then junk where it is kept. */
  private static @Nullable String line(String point) {
    return neighbour.hget("archive:1m:" + START.getEpochSecond() + ":1", point);
  }

  private static double word(String point, int index) {
    return Double.parseDouble(String.valueOf(line(point)).split(" ", -1)[index]);
  }

  private void second(Aggregation aggregation, String... fieldsAndValues) {
    for (int i = 0; i < fieldsAndValues.length; i += 2) {
      neighbour.hset(LIVE, fieldsAndValues[i], fieldsAndValues[i + 1]);
    }
    aggregation.sample();
    clock.advance(Duration.ofSeconds(1));
  }

  private void closeMinute(Aggregation aggregation) {
    clock.set(START.plusSeconds(60));
    int _ = aggregation.closeDue();
  }

  @Test
  void theProductPagesFilterKeepsGoodSamplesAndTheQualityItselfIsNoPoint() {
    var aggregation = aggregation(Statistic.USUAL, PRODUCT_PAGE);
    second(aggregation, "1", "10", "quality", "good");
    second(aggregation, "1", "1000", "quality", "bad");
    second(aggregation, "1", "20", "quality", "good");
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("15 10 20 2 30");
    assertThat(line("quality")).isNull();
    assertThat(metrics.value("filtered_samples{filter=\"rule\"}")).isEqualTo(1);
    assertThat(metrics.value("junk_values")).isZero();
  }

  @Test
  void whatALongTextOrAVastHashOfTimesWouldCostRedisIsNotSpent() {
    var slow =
        filter(false, false, new Condition("quality", "matches", List.of("(.-)(.-)(.-)(.-)x$")));
    var aggregation = aggregation(Statistic.USUAL, slow);
    var times = new HashMap<String, String>();
    for (int i = 0; i < 20_001; i++) {
      times.put(Integer.toString(i), "1");
    }
    neighbour.hset(LIVE + ":ts", times);
    second(aggregation, "1", "10", "quality", "a".repeat(2_000));
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("10 10 10 1 10");
  }

  @Test
  void theProductPagesFilterKeepsAllOfHashesWithoutSuchAField() {
    var aggregation = aggregation(Statistic.USUAL, PRODUCT_PAGE);
    second(aggregation, "1", "10");
    second(aggregation, "1", "20");
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("15 10 20 2 30");
    assertThat(metrics.value("filter_fields_absent")).isEqualTo(2);
  }

  @Test
  void whatIsMarkedCountsAsNotGoodWhatIsDroppedDoesNot() {
    var marking = filter(false, true, new Condition(null, "lt", List.of("100")));
    var aggregation = aggregation(EnumSet.allOf(Statistic.class), marking);
    for (String value : List.of("1", "500", "3", "junk")) {
      second(aggregation, "1", value);
    }
    closeMinute(aggregation);
    assertThat(word("1", 3)).isEqualTo(2);
    assertThat(word("1", 10)).as("not good").isEqualTo(2);
    assertThat(metrics.value("filtered_values{filter=\"rule\"}")).isEqualTo(1);
    assertThat(metrics.value("junk_values")).isEqualTo(1);

    emptyRedis();
    clock.set(START);
    var dropping = filter(false, false, new Condition(null, "lt", List.of("100")));
    var other = aggregation(EnumSet.allOf(Statistic.class), dropping);
    for (String value : List.of("1", "500", "3", "junk")) {
      second(other, "1", value);
    }
    closeMinute(other);
    assertThat(word("1", 3)).isEqualTo(2);
    assertThat(word("1", 10)).as("not good").isEqualTo(1);
  }

  @Test
  void aDroppedValueNeitherHoldsNorMovesACounter() {
    var dropping = filter(false, false, new Condition(null, "between", List.of("0", "100")));
    var aggregation = counting("1", dropping);
    for (String value : List.of("10", "11", "9999", "12", "-5", "13")) {
      second(aggregation, "1", value);
    }
    closeMinute(aggregation);
    assertThat(word("1", 11)).as("increase").isEqualTo(3);
    assertThat(word("1", 6)).as("last").isEqualTo(13);
    // 10 for 1 s, 11 for 2 s, 12 for 2 s, 13 for 10 s; in hours.
    assertThat(word("1", 8)).isCloseTo((10 + 22 + 24 + 130) / 3600.0, within(1e-12));
  }

  private Aggregation counting(String point, FilterConfig... filters) {
    var counter =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"),
            "telemetry",
            List.of(),
            Map.of(
                point, new MappingConfig.Field("energy", "kWh", new MappingConfig.Counter(0, 0))),
            true,
            Statistic.USUAL);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        List.of(Level.parse("1m").orElseThrow()),
        ZoneOffset.UTC,
        new Mapping(List.of(counter)),
        new SampleRules(STALE, List.of(filters)),
        metrics,
        new Offenders(metrics, clock));
  }

  @ParameterizedTest
  @ValueSource(strings = {"values", "filters", "stale", "hold", "meters"})
  void aCounterMayBeCalledAsWhatASourceKeeps(String point) {
    var aggregation = counting(point);
    for (String value : List.of("10", "11", "12")) {
      second(aggregation, point, value);
    }
    closeMinute(aggregation);
    assertThat(word(point, 11)).as("increase").isEqualTo(2);
    assertThat(metrics.value("windows_not_closed")).isZero();
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();
  }

  @Test
  void aValueWhoseDeviceTimeIsOldIsNotGoodAndNothingIsRepeated() {
    neighbour.hset(LIVE + ":ts", Map.of("1", millis(0), "2", millis(0), "3", millis(600)));
    var aggregation = aggregation(EnumSet.allOf(Statistic.class));
    for (int second = 0; second < 30; second++) {
      neighbour.hset(LIVE + ":ts", "2", millis(second));
      second(aggregation, "1", "5", "2", "6", "3", "7", "4", "8");
    }
    closeMinute(aggregation);
    assertThat(word("1", 3)).as("fresh for ten seconds, and the moment they end").isEqualTo(11);
    assertThat(word("1", 10)).isEqualTo(19);
    assertThat(word("2", 3)).isEqualTo(30);
    assertThat(word("3", 3)).as("a time in the future").isEqualTo(30);
    assertThat(word("4", 3)).as("no time").isEqualTo(30);
    assertThat(metrics.value("stale_values")).isEqualTo(19);

    clock.set(START.plusSeconds(60));
    second(aggregation, "2", "6");
    clock.set(START.plusSeconds(120));
    int _ = aggregation.closeDue();
    Map<String, String> next =
        neighbour.hgetAll("archive:1m:" + START.plusSeconds(60).getEpochSecond() + ":1");
    assertThat(next).containsKeys("3", "4").doesNotContainKeys("1", "2");
  }

  private static String millis(int second) {
    return Long.toString(START.plusSeconds(second).toEpochMilli());
  }

  @Test
  void aSampleOfAClosedMinuteIsJudgedToo() {
    var aggregation = aggregation(Statistic.USUAL, PRODUCT_PAGE);
    second(aggregation, "1", "10", "quality", "good");
    closeMinute(aggregation);
    clock.set(START.plusSeconds(30));
    second(aggregation, "1", "1000", "quality", "bad");
    assertThat(line("1")).isEqualTo("10 10 10 1 10");
    second(aggregation, "1", "20", "quality", "good");
    assertThat(line("1")).isEqualTo("15 10 20 2 30");
  }

  @Test
  void whatLuaCantMatchWithKeepsAllAndStopsNothing() {
    var odd = filter(false, false, new Condition("quality", "matches", List.of("%g(")));
    var aggregation = aggregation(Statistic.USUAL, odd);
    second(aggregation, "1", "10", "quality", "good");
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("10 10 10 1 10");
  }

  @Test
  void aScriptThatIsCalledWithoutHisSrvKeepsToTheFiltersItLeft() {
    var aggregation = aggregation(Statistic.USUAL, PRODUCT_PAGE);
    second(aggregation, "1", "10", "quality", "good");
    var redis = new RedisConnection(server.url());
    var keys = new SourceKeys(LIVE, false);
    var tiling = new Tiling(List.of(Level.parse("1m").orElseThrow()), ZoneOffset.UTC);
    var window = tiling.windowAt(tiling.finest(), START.toEpochMilli());
    neighbour.hset(LIVE, Map.of("1", "1000", "quality", "bad"));
    var _ =
        redis.eval(
            Script.fromResource("/lua/aggregate.lua"),
            List.of(
                AggregationScript.PENDING,
                LIVE,
                keys.carry(),
                keys.accumulator(window),
                keys.rawRows(window),
                keys.archive(window),
                keys.times()),
            List.of("sample", Long.toString(clock.millis()), "0", "replay", "1000", "6"));
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("10 10 10 1 10");
  }

  /** A time to look for sources again: times of values may have come by then. */
  private static final Duration DISCOVERY = Duration.ofSeconds(30);

  @Test
  void timesThatAppearWithinAWindowCountFromThenOnAndWhatWasJunkBeforeStaysJunk() {
    var aggregation = aggregation(EnumSet.allOf(Statistic.class));
    for (int second = 0; second < 60; second++) {
      if (second == 5) {
        neighbour.hset(LIVE + ":ts", Map.of("1", millis(0)));
      }
      second(aggregation, "1", "5", "2", second < 10 ? "inf" : "7");
    }
    int discovered = Math.toIntExact(DISCOVERY.toSeconds());
    closeMinute(aggregation);
    assertThat(word("1", 3)).isEqualTo(discovered);
    assertThat(word("1", 10)).as("old since the times are known").isEqualTo(60 - discovered);
    assertThat(word("2", 3)).isEqualTo(50);
    assertThat(word("2", 10)).isEqualTo(10);
  }

  @Test
  void aSourceThatStoodStillIsJudgedFromTheMomentItsTimesAreKnown() {
    var aggregation = aggregation(EnumSet.allOf(Statistic.class));
    for (int second = 0; second < 60; second++) {
      second(aggregation, "1", "5");
    }
    clock.set(START.plusSeconds(60));
    int _ = aggregation.closeDue();
    for (int second = 60; second < 120; second++) {
      if (second == 70) {
        neighbour.hset(LIVE + ":ts", Map.of("1", millis(0)));
      }
      second(aggregation, "1", "5");
    }
    clock.set(START.plusSeconds(120));
    int _ = aggregation.closeDue();
    String[] words =
        neighbour
            .hget("archive:1m:" + START.plusSeconds(60).getEpochSecond() + ":1", "1")
            .split(" ", -1);
    assertThat(words[3]).as("good until the times are looked for").isEqualTo("30");
    assertThat(words[10]).isEqualTo("30");
  }

  @Test
  void whatIsDroppedOfASourceThatStoodStillUntilARestartIsNoJunk() {
    var before = aggregation(EnumSet.allOf(Statistic.class));
    for (int second = 0; second < 60; second++) {
      second(before, "1", "5");
    }
    clock.set(START.plusSeconds(60));
    int _ = before.closeDue();
    for (int second = 60; second < 90; second++) {
      second(before, "1", "5");
    }
    var dropping = filter(false, false, new Condition(null, "lt", List.of("100")));
    var after = aggregation(EnumSet.allOf(Statistic.class), dropping);
    for (int second = 90; second < 120; second++) {
      second(after, "1", "500");
    }
    clock.set(START.plusSeconds(120));
    int _ = after.closeDue();
    String[] words =
        neighbour
            .hget("archive:1m:" + START.plusSeconds(60).getEpochSecond() + ":1", "1")
            .split(" ", -1);
    assertThat(words[3]).isEqualTo("30");
    assertThat(words[10]).as("not good").isEqualTo("0");
  }

  @Test
  void filtersThatComeWithARestartWithinAWindowDropWithoutCountingJunk() {
    var before = aggregation(EnumSet.allOf(Statistic.class));
    second(before, "1", "10");
    second(before, "1", "inf");
    var dropping = filter(false, false, new Condition(null, "lt", List.of("100")));
    var after = aggregation(EnumSet.allOf(Statistic.class), dropping);
    second(after, "1", "500");
    second(after, "1", "20");
    closeMinute(after);
    assertThat(word("1", 3)).isEqualTo(2);
    assertThat(word("1", 10)).as("junk before").isEqualTo(1);
  }

  @Test
  void aMinuteOfWhichAllIsDroppedLeavesNothingBehindButTheFiltersForCron() {
    var aggregation = aggregation(Statistic.USUAL, PRODUCT_PAGE);
    for (int second = 0; second < 60; second++) {
      second(aggregation, "1", "10", "quality", "bad");
    }
    closeMinute(aggregation);
    assertThat(neighbour.keys("archive:*")).isEmpty();
    assertThat(metrics.value("windows_closed")).isZero();
    assertThat(metrics.value("filtered_samples{filter=\"rule\"}")).isEqualTo(60);
    assertThat(neighbour.keys("hissrv:*")).containsExactly("hissrv:src:{" + LIVE + "}");
    assertThat(neighbour.hgetAll("hissrv:src:{" + LIVE + "}")).containsOnlyKeys("more");
    assertThat(neighbour.ttl("hissrv:src:{" + LIVE + "}")).isPositive();
  }

  @Test
  void aTextThatReadsAsNoNumberOfItsOwnIsEqualToItself() {
    var odd = filter(false, false, new Condition("quality", "eq", List.of("nan")));
    var aggregation = aggregation(Statistic.USUAL, odd);
    second(aggregation, "1", "10", "quality", "nan");
    second(aggregation, "1", "20", "quality", "good");
    closeMinute(aggregation);
    assertThat(line("1")).isEqualTo("10 10 10 1 10");
  }

  private static final List<String> POINTS = List.of("1", "2", "3");
  private static final List<String> QUALITIES = List.of("good", "bad", "0", "1", "192", "fair");

  /** Random filters over random samples: what is kept is what this test works out for itself. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatIsKeptIsWhatConditionsAndTimesSay(long seed) {
    var random = new Random(seed);
    List<FilterConfig> filters = filters(random);
    boolean timed = seed % 3 > 0;
    if (timed) {
      neighbour.hset(LIVE + ":ts", "elsewhere", "0");
    }
    var aggregation =
        aggregation(EnumSet.allOf(Statistic.class), filters.toArray(FilterConfig[]::new));
    var kept = new TreeMap<String, TreeMap<Integer, Double>>();
    var marked = new HashMap<String, Integer>();
    int stale = 0;
    for (int second = 0; second < 60; second++) {
      Map<String, String> sample = sample(random);
      Map<String, String> times = timed ? times(random, second) : Map.of();
      replace(LIVE, sample);
      if (timed) {
        replace(LIVE + ":ts", times);
      }
      for (String point : POINTS) {
        String text = sample.get(point);
        String verdict = text == null ? "drop" : verdict(filters, sample, Double.parseDouble(text));
        if (verdict.equals("keep") && isStale(times.get(point), second)) {
          verdict = "mark";
          stale++;
        }
        switch (verdict) {
          case "keep" ->
              kept.computeIfAbsent(point, p -> new TreeMap<>()).put(second, Double.valueOf(text));
          case "mark" -> marked.merge(point, 1, Integer::sum);
          default -> {}
        }
      }
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    closeMinute(aggregation);
    assertThat(metrics.value("stale_values")).as("seed %d", seed).isEqualTo(stale);
    for (String point : POINTS) {
      var values = kept.getOrDefault(point, new TreeMap<>());
      if (values.isEmpty()) {
        assertThat(line(point)).as("%s of seed %d %s", point, seed, filters).isNull();
        continue;
      }
      assertThat(line(point)).as("%s of seed %d %s", point, seed, filters).isNotNull();
      assertThat(word(point, 3)).as("count of %s, seed %d", point, seed).isEqualTo(values.size());
      assertThat(word(point, 4))
          .isEqualTo(values.values().stream().mapToDouble(Double::doubleValue).sum());
      assertThat(word(point, 5)).as("first").isEqualTo(values.firstEntry().getValue());
      assertThat(word(point, 6)).as("last").isEqualTo(values.lastEntry().getValue());
      assertThat(word(point, 8)).as("integral").isCloseTo(integral(values) / 3600, within(1e-9));
      assertThat(word(point, 10)).isEqualTo((double) marked.getOrDefault(point, 0));
    }
  }

  private static List<FilterConfig> filters(Random random) {
    var filters = new ArrayList<FilterConfig>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      var conditions = new ArrayList<Condition>();
      for (int j = 0; j <= random.nextInt(3); j++) {
        conditions.add(condition(random));
      }
      filters.add(
          new FilterConfig(
              "f" + i,
              Pattern.compile(".*"),
              conditions,
              random.nextBoolean(),
              random.nextBoolean()));
    }
    return filters;
  }

  /** The fields stand in another order each time. */
  private static Map<String, String> sample(Random random) {
    var sample = new LinkedHashMap<String, String>();
    for (String point : shuffled(random)) {
      if (random.nextInt(5) > 0) {
        sample.put(point, Integer.toString(random.nextInt(20) - 10));
      }
    }
    if (random.nextInt(4) > 0) {
      sample.put("quality", QUALITIES.get(random.nextInt(QUALITIES.size())));
    }
    return sample;
  }

  /** Fresh, just old, old, in the future, unreadable, absent; some of other fields, too. */
  private static Map<String, String> times(Random random, int second) {
    var times = new LinkedHashMap<String, String>();
    for (String point : shuffled(random)) {
      switch (random.nextInt(7)) {
        case 0 -> times.put(point, millis(second));
        case 1 -> times.put(point, millis(second - 10));
        case 2 -> times.put(point, millis(second - 11));
        case 3 -> times.put(point, millis(second + 3_600));
        case 4 -> times.put(point, "yesterday");
        case 5 -> times.put(point + "x", millis(0));
        default -> {}
      }
    }
    return times;
  }

  private static List<String> shuffled(Random random) {
    var points = new ArrayList<>(POINTS);
    Collections.shuffle(points, random);
    return points;
  }

  private static void replace(String key, Map<String, String> fields) {
    neighbour.del(key);
    if (!fields.isEmpty()) {
      neighbour.hset(key, fields);
    }
  }

  private static boolean isStale(@Nullable String time, int second) {
    return time != null
        && time.matches("\\d+")
        && START.plusSeconds(second).toEpochMilli() - Long.parseLong(time) > STALE.toMillis();
  }

  /** Each value holds until the next that counts, at most as long as values hold. */
  private static double integral(NavigableMap<Integer, Double> values) {
    double sum = 0;
    for (var value : values.entrySet()) {
      Integer next = values.higherKey(value.getKey());
      long held = Math.min(STALE.toSeconds(), (next == null ? 60 : next) - value.getKey());
      sum += value.getValue() * held;
    }
    return sum;
  }

  private static Condition condition(Random random) {
    String number = Integer.toString(random.nextInt(12) - 6);
    String quality = QUALITIES.get(random.nextInt(QUALITIES.size()));
    return switch (random.nextInt(11)) {
      case 0 -> new Condition("quality", "eq", List.of(quality));
      case 1 -> new Condition("quality", "ne", List.of(quality));
      case 2 -> new Condition("quality", "in", List.of(quality, "good", "1.0"));
      case 3 -> new Condition("quality", "exists", List.of(Boolean.toString(random.nextBoolean())));
      case 4 -> new Condition("quality", "matches", List.of("^[%a]+$"));
      case 5 -> new Condition("2", "ge", List.of(number));
      case 6 -> new Condition(null, "gt", List.of(number));
      case 7 -> new Condition(null, "ne", List.of(number));
      case 8 -> new Condition(null, "in", List.of("-3", "good", "4.0", "5", number));
      case 9 -> new Condition(null, "le", List.of(number));
      default -> new Condition(null, "between", List.of("-5", "5"));
    };
  }

  /** keep, mark or drop: filter by filter, the first that does not keep it decides. */
  private static String verdict(
      List<FilterConfig> filters, Map<String, String> sample, double value) {
    String verdict = "keep";
    for (FilterConfig filter : filters) {
      boolean wholeSample =
          filter.conditions().stream().noneMatch(condition -> condition.field() == null);
      boolean met =
          filter.any()
              ? filter.conditions().stream().anyMatch(c -> isMet(c, sample, value))
              : filter.conditions().stream().allMatch(c -> isMet(c, sample, value));
      boolean rowsFail =
          wholeSample
              || (!filter.any()
                  && filter.conditions().stream()
                      .filter(c -> c.field() != null)
                      .anyMatch(c -> !isMet(c, sample, value)));
      if (!met && !filter.mark() && rowsFail) {
        return "drop";
      }
      if (!met && verdict.equals("keep")) {
        verdict = filter.mark() ? "mark" : "drop";
      }
    }
    return verdict;
  }

  private static boolean isMet(Condition condition, Map<String, String> sample, double value) {
    String field = condition.field();
    String found = field == null ? Double.toString(value) : sample.get(field);
    if (condition.operator().equals("exists")) {
      return Boolean.parseBoolean(condition.wanted().getFirst()) == (found != null);
    }
    if (found == null) {
      return true;
    }
    String first = condition.wanted().getFirst();
    return switch (condition.operator()) {
      case "eq" -> isEqual(found, first);
      case "ne" -> !isEqual(found, first);
      case "in" -> condition.wanted().stream().anyMatch(one -> isEqual(found, one));
      case "matches" -> found.matches("[A-Za-z]+");
      case "gt" -> Double.parseDouble(found) > Double.parseDouble(first);
      case "le" -> Double.parseDouble(found) <= Double.parseDouble(first);
      case "ge" -> Double.parseDouble(found) >= Double.parseDouble(first);
      default -> Math.abs(Double.parseDouble(found)) <= 5;
    };
  }

  private static boolean isEqual(String found, String wanted) {
    boolean numbers = found.matches("[-0-9.]+") && wanted.matches("[-0-9.]+");
    return numbers ? Double.parseDouble(found) == Double.parseDouble(wanted) : found.equals(wanted);
  }
}
