package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.lease.Ownership;
import com.voltageems.hissrv.ledger.Observation;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Where Redis has no sample of a time, the next one tells. */
class MissingSamplesIT {
  private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

  /** Its values change; the other one stands still. */
  private static final String MOVING = "comsrv:1001:m";

  private static final String STILL = "comsrv:1002:m";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();
  private final List<String> missing = new ArrayList<>();
  private PrivateRedis server;
  private RedisConnection redis;
  private RedisClient neighbour;
  private Aggregation aggregation;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder);
    redis = new RedisConnection(server.url());
    neighbour = RedisClient.create(server.url());
    var mapping =
        new MappingConfig(Pattern.compile("comsrv:(\\d+):m"), "t", List.of(), Map.of(), true);
    aggregation =
        new Aggregation(
            redis,
            clock,
            Mode.REPLAY,
            List.of(new Level("1m", Duration.ofMinutes(1))),
            ZoneOffset.UTC,
            new Mapping(List.of(mapping)),
            SampleRules.usual(),
            metrics,
            new Offenders(metrics, clock),
            Ownership.SOLE,
            this::note);
    // Their first samples.
    sampleUntil(1);
    assertThat(missing).containsExactlyInAnyOrder(MOVING + " ever-0.0", STILL + " ever-0.0");
    missing.clear();
  }

  @AfterEach
  void stop() {
    neighbour.close();
    redis.close();
    server.close();
  }

  private void note(Observation observation) {
    if (observation instanceof Observation.Swept swept) {
      swept
          .missing()
          .forEach((source, last) -> {
            String since =
                last == Observation.Swept.NONE_BEFORE ? "ever" : "%.1f".formatted(seconds(last));
            missing.add("%s %s-%.1f".formatted(source, since, seconds(swept.atMillis())));
          });
    }
  }

  private static double seconds(long millis) {
    return (millis - START.toEpochMilli()) / 1_000.0;
  }

  /** A sample each second until then, and what has ended is closed. */
  private void sampleUntil(int second) {
    while (seconds(clock.millis()) < second) {
      neighbour.hset(MOVING, "1", Long.toString(clock.millis() % 10_007));
      neighbour.hset(STILL, "1", "5");
      aggregation.sample();
      aggregation.closeDue();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  /** All keys, to be what Redis comes back with. */
  private Runnable snapshot() {
    var kept = new HashMap<String, byte[]>();
    neighbour.keys("*").forEach(key -> kept.put(key, neighbour.dump(key)));
    return () -> {
      neighbour.flushAll();
      kept.forEach((key, value) -> neighbour.restore(key, 0, value));
    };
  }

  @Test
  void asLongAsEverySampleIsThereNothingIsMissing() {
    sampleUntil(330);
    assertThat(missing).isEmpty();
  }

  /**
   * The clock of Redis is four milliseconds behind; the beat that ends the window is late by seven.
   */
  @Test
  void aSampleThatSlipsIntoTheNextWindowIsNotMissing() {
    clock.advance(Duration.ofMillis(-4));
    sampleUntil(119);
    clock.advance(Duration.ofMillis(7));
    sampleUntil(121);
    clock.advance(Duration.ofMillis(-7));
    sampleUntil(190);
    assertThat(missing).isEmpty();
  }

  @Test
  void whoIsLateByASampleSaysSo() {
    sampleUntil(10);
    clock.advance(Duration.ofMillis(400));
    sampleUntil(20);
    assertThat(missing).isEmpty();
    clock.advance(Duration.ofMillis(600));
    sampleUntil(30);
    assertThat(missing).containsOnly(MOVING + " 19.4-21.0", STILL + " 19.4-21.0");
  }

  @Test
  void whatRedisForgotWithinAWindowIsMissing() {
    sampleUntil(200);
    Runnable fallBack = snapshot();
    sampleUntil(207);
    fallBack.run();
    sampleUntil(300);
    assertThat(missing).containsExactlyInAnyOrder(MOVING + " 199.0-207.0", STILL + " 199.0-207.0");
  }

  @Test
  void ofAWindowWhoseEndWasForgottenAllMayBeMissing() {
    sampleUntil(175);
    Runnable fallBack = snapshot();
    sampleUntil(190);
    fallBack.run();
    sampleUntil(300);
    assertThat(missing)
        .as("since its start")
        .containsExactlyInAnyOrder(MOVING + " 120.0-190.0", STILL + " 120.0-190.0");
  }

  @Test
  void whoHasForgottenAllSaysSo() {
    sampleUntil(100);
    neighbour.flushAll();
    sampleUntil(130);
    assertThat(missing).containsExactlyInAnyOrder(MOVING + " ever-100.0", STILL + " ever-100.0");
  }

  @Test
  void aTimeThatSomebodySpoiltEndsNoSweep() {
    sampleUntil(60);
    neighbour.hset("hissrv:src:{" + MOVING + "}", "at", "nan");
    neighbour.hset("hissrv:src:{" + STILL + "}", "at", "-1e300");
    sampleUntil(70);
    assertThat(missing)
        .as("of the other one its open window tells")
        .containsExactlyInAnyOrder(MOVING + " ever-60.0", STILL + " 0.0-60.0");
  }

  @Test
  void theFirstWindowOfAllIsNoExceptionToThat() {
    sampleUntil(30);
    Runnable fallBack = snapshot();
    sampleUntil(70);
    fallBack.run();
    sampleUntil(130);
    assertThat(missing).containsExactlyInAnyOrder(MOVING + " 0.0-70.0", STILL + " 0.0-70.0");
  }

  @Test
  void windowsThatWereForgottenAltogetherAreMissingSinceTheOneBeforeThem() {
    sampleUntil(180);
    Runnable fallBack = snapshot();
    sampleUntil(310);
    fallBack.run();
    sampleUntil(370);
    assertThat(missing).containsExactlyInAnyOrder(MOVING + " 179.0-310.0", STILL + " 179.0-310.0");
  }

  @Test
  void aSourceThatComesBackTellsWhichWindowWasNotSampledToItsEnd() {
    sampleUntil(90);
    neighbour.del(MOVING);
    for (int i = 0; i < 12; i++) {
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    sampleUntil(130);
    assertThat(missing).containsExactly(MOVING + " 60.0-120.0");
  }
}
