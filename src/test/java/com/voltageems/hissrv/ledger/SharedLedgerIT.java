package com.voltageems.hissrv.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.demo.PrivateCluster;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Instances on one Redis: whoever is asked knows what all have seen. */
class SharedLedgerIT {
  private static final Instant START = Instant.parse("2026-03-01T23:50:00Z");
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final Level FIVE = Level.parse("5m").orElseThrow();
  private static final int SHARDS = 4;
  private static final Held FIRST = new Held(7, Set.of(0, 1), SHARDS);
  private static final Held SECOND = new Held(8, Set.of(2, 3), SHARDS);
  private static final Held ALL = new Held(9, Set.of(0, 1, 2, 3), SHARDS);

  private static final Duration RETENTION = Duration.ofDays(31);

  private static final List<Sighting> SIGHTINGS = List.of(Sighting.values());

  private static final List<String> SOURCES =
      IntStream.range(0, 20).mapToObj(n -> "comsrv:" + (1_001 + n) + ":m").toList();

  @TempDir static Path servers;
  private static PrivateRedis server;
  private static RedisClient client;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final List<AutoCloseable> open = new ArrayList<>();
  private String url = "";

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(servers);
    client = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    client.close();
    server.close();
  }

  @BeforeEach
  void emptyRedis() {
    client.flushAll();
    url = server.url();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RedisConnection redis() {
    var redis = new RedisConnection(url);
    open.add(redis);
    return redis;
  }

  private Ledger ledger(String name) {
    return ledger(name, new Shared(redis(), SHARDS, RETENTION));
  }

  private Ledger ledger(String name, Shared shared) {
    var one =
        new Ledger(
            folder.resolve(name), shared, List.of(MINUTE, FIVE), Level::windowAt, _ -> true, clock);
    open.add(one);
    one.flush();
    return one;
  }

  private void sweep(Ledger ledger, Held held, Collection<String> sources) {
    var seen = new HashMap<String, Sighting>();
    sources.stream().filter(held::has).forEach(source -> seen.put(source, Sighting.SAMPLED));
    ledger.observe(new Observation.Swept(clock.millis(), 1_000, seen, Map.of(), held));
  }

  private void sweepFor(Duration time, Map<Ledger, Held> ledgers) {
    Instant end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      ledgers.forEach((ledger, held) -> sweep(ledger, held, SOURCES));
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private static List<SourceWindow> minutes(Held held, int from, int to) {
    return SOURCES.stream()
        .filter(held::has)
        .flatMap(source ->
            IntStream.range(from, to)
                .mapToObj(n -> new SourceWindow(source, MINUTE, START.getEpochSecond() + 60L * n)))
        .toList();
  }

  private List<Completeness> told(Ledger ledger) {
    return ledger.completeness(new TimeRange(START, clock.instant()), _ -> true, _ -> true);
  }

  private Map<String, Long> gaps(Ledger ledger) {
    var gaps = new TreeMap<String, Long>();
    for (Gap gap : ledger.gaps(new TimeRange(START, clock.instant()))) {
      if (gap.level().equals(MINUTE)) {
        long minute = Duration.between(START, gap.range().start()).toMinutes();
        gaps.merge(minute + "+" + gap.windows() + " " + gap.cause(), 1L, Long::sum);
      }
    }
    return gaps;
  }

  private static long sources(Held held) {
    return SOURCES.stream().filter(held::has).count();
  }

  @Test
  void aLateSweepOfOneInterruptsItsOwnSourcesAndIsOneMarkOfEachShard() {
    Ledger one = ledger("one.db");
    Ledger two = ledger("two.db");
    sweepFor(Duration.ofSeconds(70), Map.of(one, FIRST, two, SECOND));
    clock.advance(Duration.ofSeconds(1));
    sweep(two, SECOND, SOURCES);
    clock.advance(Duration.ofSeconds(1));
    sweep(two, SECOND, SOURCES);
    var seen = new HashMap<String, Sighting>();
    var missing = new HashMap<String, Long>();
    for (String source : SOURCES) {
      if (FIRST.has(source)) {
        seen.put(source, Sighting.SAMPLED);
        missing.put(source, clock.millis() - 3_000);
      }
    }
    one.observe(new Observation.Swept(clock.millis(), 1_000, seen, missing, FIRST));
    clock.advance(Duration.ofSeconds(1));
    sweepFor(Duration.ofSeconds(60), Map.of(one, FIRST, two, SECOND));
    for (Ledger ledger : List.of(one, two)) {
      one.flush();
      two.flush();
      assertThat(told(ledger))
          .filteredOn(account -> account.level().equals(MINUTE))
          .hasSize(SOURCES.size())
          .allSatisfy(account ->
              assertThat(account.interrupted())
                  .as(account.source())
                  .isEqualTo(FIRST.has(account.source()) ? 1 : 0));
    }
  }

  @Test
  void whatOneSampledAndAnotherDeliveredIsThereWhoeverIsAsked() {
    var one = ledger("1");
    var other = ledger("2");
    sweepFor(Duration.ofMinutes(20), Map.of(one, FIRST, other, SECOND));
    one.collected(minutes(ALL, 0, 19));
    one.delivered(minutes(ALL, 0, 10));
    other.delivered(minutes(ALL, 10, 19));
    one.flush();
    other.flush();

    assertThat(told(one)).hasSize(2 * SOURCES.size()).isEqualTo(told(other));
    assertThat(told(other))
        .filteredOn(account -> account.level().equals(MINUTE))
        .allSatisfy(account ->
            assertThat(account)
                .returns(20L, Completeness::expected)
                .returns(20L, Completeness::sampled)
                .returns(19L, Completeness::delivered)
                .returns(1L, Completeness::pending));
    assertThat(gaps(other)).isEmpty();
    assertThat(one.knownSince()).isEqualTo(other.knownSince()).contains(START);
    assertThat(told(ledger("3"))).as("one that has just come").isEqualTo(told(one));
  }

  @Test
  void aHostThatIsLostWithItsDiskLeavesOnlyTheTimeNobodySampled() throws Exception {
    var lost = ledger("lost");
    var other = ledger("2");
    sweepFor(Duration.ofMinutes(12), Map.of(lost, FIRST, other, SECOND));
    lost.delivered(minutes(FIRST, 0, 8));
    lost.collected(minutes(FIRST, 8, 11));
    other.delivered(minutes(SECOND, 0, 12));
    lost.flush();
    Files.delete(folder.resolve("lost"));

    sweepFor(Duration.ofSeconds(150), Map.of(other, SECOND));
    other.flush();
    sweepFor(Duration.ofSeconds(330), Map.of(other, ALL));
    assertThat(told(other).stream().mapToLong(Completeness::pending).sum())
        .as("in flight with the lost one")
        .isGreaterThanOrEqualTo(3 * sources(FIRST));
    other.delivered(minutes(FIRST, 8, 12));
    other.delivered(minutes(FIRST, 14, 20));
    other.delivered(minutes(SECOND, 12, 20));

    assertThat(gaps(other)).containsExactly(Map.entry("12+2 HISSRV_DOWN", sources(FIRST)));
    assertThat(told(other))
        .filteredOn(account -> account.level().equals(MINUTE))
        .allSatisfy(account -> {
          boolean wasLost = FIRST.has(account.source());
          assertThat(account)
              .returns(20L, Completeness::expected)
              .returns(wasLost ? 18L : 20L, Completeness::delivered)
              .returns(wasLost ? 1L : 0L, Completeness::interrupted);
        });
    assertThat(told(ledger("lost"))).as("a new one in its place").isEqualTo(told(other));
  }

  @Test
  void aSourceThatWentWithItsOwnerIsMissedByTheNextOne() {
    var lost = ledger("1");
    sweepFor(Duration.ofMinutes(5), Map.of(lost, FIRST));
    lost.delivered(minutes(FIRST, 0, 5));
    lost.flush();
    var other = ledger("2");
    for (int second = 0; second < 300; second++) {
      sweep(other, ALL, List.of());
      clock.advance(Duration.ofSeconds(1));
    }
    other.flush();
    assertThat(gaps(other)).containsExactly(Map.entry("5+5 ABSENT", sources(FIRST)));
  }

  @Test
  void whileRedisIsAwayWhatItToldLastIsToldAndWhatIsLearntIsMadeUpFor() throws Exception {
    Path own = Files.createDirectory(folder.resolve("redis"));
    var away = PrivateRedis.start(own, 0, "--appendonly", "yes", "--appendfsync", "always");
    open.add(away);
    url = away.url();
    var one = ledger("1");
    sweepFor(Duration.ofMinutes(5), Map.of(one, ALL));
    one.delivered(minutes(ALL, 0, 5));
    List<Completeness> before = told(one);
    assertThat(one.check().ok()).isTrue();
    int port = away.port();
    away.close();

    one.observe(new Observation.Missed());
    clock.advance(Duration.ofMinutes(3));
    one.delivered(minutes(ALL, 0, 5));
    assertThat(one.flushed()).isFalse();
    assertThat(one.check().ok()).isFalse();
    assertThat(told(one))
        .as("no more and no less than was known, but that Redis went away")
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("interrupted", "interruptions")
        .isEqualTo(before);
    assertThat(
            one.completeness(new TimeRange(START, clock.instant()), _ -> true, _ -> true, _ -> {}))
        .as("and it says so")
        .contains(START.plusSeconds(300));
    var earlier = new TimeRange(START.minus(Duration.ofDays(3)), clock.instant());
    assertThatThrownBy(() -> one.gaps(earlier)).isInstanceOf(LedgerException.class);

    open.add(PrivateRedis.start(own, port, "--appendonly", "yes", "--appendfsync", "always"));
    sweepFor(Duration.ofMinutes(2), Map.of(one, ALL));
    one.delivered(minutes(ALL, 8, 10));
    assertThat(one.flushed()).isTrue();
    assertThat(one.check().ok()).isTrue();
    assertThat(one.knowsTooLittleSince())
        .as("a fail-over may have forgotten what came last")
        .hasValueSatisfying(since -> assertThat(since).isBefore(START.plusSeconds(300)));
    one.reconciled();
    assertThat(one.knowsTooLittleSince()).isEmpty();
    assertThat(gaps(one)).containsExactly(Map.entry("5+3 REDIS_DOWN", (long) SOURCES.size()));
    assertThat(told(one))
        .filteredOn(account -> account.level().equals(MINUTE))
        .as("the last sample before it may be missing in a count")
        .allSatisfy(account -> assertThat(account.interrupted()).isEqualTo(1));
  }

  @Test
  void anEmptiedRedisIsBegunAnew() {
    var one = ledger("1");
    var other = ledger("2");
    sweepFor(Duration.ofMinutes(5), Map.of(one, FIRST, other, SECOND));
    one.delivered(minutes(ALL, 0, 5));
    one.flush();
    other.flush();
    client.flushAll();
    clock.advance(Duration.ofSeconds(31));
    one.flush();
    other.flush();
    clock.set(START.plusSeconds(360));
    sweepFor(Duration.ofMinutes(2), Map.of(one, FIRST, other, SECOND));
    one.delivered(minutes(ALL, 6, 8));
    one.flush();
    other.flush();
    assertThat(told(other)).isEqualTo(told(one)).hasSize(2 * SOURCES.size());
    assertThat(one.knownSince()).contains(START.plusSeconds(331));
    assertThat(told(one))
        .filteredOn(account -> account.level().equals(MINUTE))
        .allSatisfy(account ->
            assertThat(account)
                .returns(2L, Completeness::expected)
                .returns(2L, Completeness::delivered));
  }

  @Test
  void aSourceAndDayIsFewBytesAndOldDaysGoByThemselves() {
    assertThat(bytesPerSourceAndDay(200)).isLessThan(150);
    assertThat(bytesPerSourceAndDay(5_000)).isLessThan(350);
    for (String key : client.keys("hissrv:ledger:*")) {
      assertThat(client.ttl(key))
          .as(key)
          .isBetween(RETENTION.minusDays(1).toSeconds(), RETENTION.plusDays(1).toSeconds());
    }
    clock.advance(Duration.ofDays(50));
    assertThat(ledger("later").knownSince()).contains(clock.instant().minus(RETENTION));
  }

  /** Without gaps; however long a day's run is, it is written in as many digits. */
  private double bytesPerSourceAndDay(int sources) {
    client.flushAll();
    clock.set(START);
    var one = ledger(sources + ".db");
    List<String> names =
        IntStream.range(0, sources).mapToObj(n -> "comsrv:" + (10_001 + n) + ":m").toList();
    for (int minute = 0; minute < 20; minute++) {
      Window window = MINUTE.windowAt(clock.millis());
      for (int half = 0; half < 2; half++) {
        sweep(one, ALL, names);
        clock.advance(Duration.ofSeconds(30));
      }
      long start = window.startSeconds();
      one.delivered(names.stream().map(name -> new SourceWindow(name, MINUTE, start)).toList());
      if (window.endSeconds() % 300 == 0) {
        one.delivered(
            names.stream().map(name -> new SourceWindow(name, FIVE, start - 240)).toList());
      }
    }
    one.flush();
    List<String> days =
        client.keys("hissrv:ledger:*").stream().filter(key -> !key.endsWith(":since")).toList();
    long bytes = days.stream().mapToLong(key -> client.memoryUsage(key, 0)).sum();
    double each = bytes / 2.0 / sources;
    System.out.printf(
        "%d sources on two levels: %d bytes in %d keys of two days, %.0f a source and day%n",
        sources, bytes, days.size(), each);
    return each;
  }

  @Test
  void whatNobodyCanReadInAFieldIsLeftOut() {
    var one = ledger("1");
    sweepFor(Duration.ofMinutes(2), Map.of(one, ALL));
    one.delivered(minutes(ALL, 0, 2));
    List<Completeness> before = told(one);
    for (String key : client.keys("hissrv:ledger:*:2026-*")) {
      client
          .hgetAll(key)
          .forEach((field, text) -> {
            client.hset(key, field, "junk 1: 9:x-7,-,5 " + text + " 30:7-9 77:1-2");
          });
    }
    client.keys("hissrv:ledger:*:since").forEach(key -> client.hset(key, "junk", "yesterday"));
    assertThat(told(one)).isEqualTo(before);
    one.delivered(minutes(ALL, 0, 2));
    assertThat(told(one)).isEqualTo(before);
  }

  @Test
  void aSourceThatAFailOverHasForgottenIsToldAgain() {
    var one = ledger("1");
    sweepFor(Duration.ofMinutes(2), Map.of(one, ALL));
    one.flush();
    client.keys("hissrv:ledger:*:since").stream()
        .filter(key -> !key.contains("times"))
        .forEach(client::del);
    clock.advance(Duration.ofSeconds(31));
    one.flush();
    assertThat(ledger("2").sources()).hasSize(SOURCES.size());
  }

  /** The file and Redis merge runs by code of their own. */
  @Test
  void whatRedisKeepsIsWhatTheFileKeeps() {
    for (long seed = 1; seed <= 5; seed++) {
      client.flushAll();
      clock.set(START);
      var random = new Random(seed);
      var shared = ledger("shared-" + seed);
      var file = folder.resolve("alone-" + seed);
      var alone = new Ledger(file, List.of(MINUTE, FIVE), Level::windowAt, _ -> true, clock);
      open.add(alone);
      alone.flush();
      var both = List.of(shared, alone);
      for (int minute = 0; minute < 200; minute++) {
        var seen = new HashMap<String, Sighting>();
        for (String source : SOURCES.subList(0, 4)) {
          seen.put(source, SIGHTINGS.get(random.nextInt(SIGHTINGS.size())));
        }
        both.forEach(one -> {
          one.observe(
              new Observation.Swept(
                  clock.millis(), 1_000, seen, Map.of(), one == shared ? ALL : Held.ALL));
          one.observe(
              new Observation.Swept(
                  clock.millis() + 30_000, 1_000, seen, Map.of(), one == shared ? ALL : Held.ALL));
        });
        List<SourceWindow> some = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
          boolean isFive = random.nextInt(4) == 0;
          long at = clock.millis() - 60_000L * random.nextInt(20);
          some.add(
              new SourceWindow(
                  SOURCES.get(random.nextInt(4)),
                  isFive ? FIVE : MINUTE,
                  (isFive ? FIVE : MINUTE).windowAt(at).startSeconds()));
        }
        int fate = random.nextInt(7);
        boolean isWritten = random.nextInt(5) == 0;
        for (Ledger one : both) {
          switch (fate) {
            case 0 -> one.delivered(some);
            case 1 -> one.collected(some);
            case 2 -> one.rejected(some);
            case 3 -> one.deleted(some);
            case 4 -> one.lost(some);
            case 5 -> one.expired(some);
            default -> one.unmapped(some);
          }
          if (isWritten) {
            one.flush();
          }
        }
        clock.advance(Duration.ofMinutes(1));
      }
      both.forEach(one ->
          one.observe(new Observation.Swept(clock.millis(), 1_000, Map.of(), Map.of(), ALL)));
      assertThat(told(shared)).as("seed %d", seed).isEqualTo(told(alone));
    }
  }

  @Test
  void onAClusterEachCallNamesKeysOfOneSlot() {
    Path nodes = folder.resolve("cluster");
    try (var cluster = PrivateCluster.start(nodes)) {
      url = cluster.url();
      var one = ledger("1");
      var other = ledger("2");
      sweepFor(Duration.ofMinutes(2), Map.of(one, FIRST, other, SECOND));
      one.delivered(minutes(ALL, 0, 2));
      one.flush();
      other.flush();
      assertThat(told(one)).isEqualTo(told(other)).isNotEmpty();
      assertThat(gaps(one)).isEmpty();
      for (int master = 0; master < cluster.size(); master++) {
        Set<String> keys = cluster.on(master, node -> node.keys("hissrv:ledger:*"));
        assertThat(keys).as("they spread").isNotEmpty();
      }
    }
  }
}
