package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.lease.Ownership;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Two instances and one source, that the leases give to one after the other. */
class FencingIT {
  private static final String LIVE = "comsrv:1001:m";
  private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
  private static final List<Level> LEVELS =
      List.of(new Level("1m", Duration.ofMinutes(1)), new Level("5m", Duration.ofMinutes(5)));

  @TempDir static Path servers;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private RedisConnection redis;
  private final Instance old = new Instance();
  private final Instance next = new Instance();

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(servers);
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
    redis = new RedisConnection(server.url());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  /** One that is told what it holds. */
  private final class Instance implements Ownership {
    private final Metrics metrics = new Metrics();
    private Held held = Held.NONE;
    private @Nullable Aggregation known;

    private Aggregation aggregation() {
      Aggregation made = known == null ? made() : known;
      known = made;
      return made;
    }

    private Aggregation made() {
      return new Aggregation(
          redis,
          clock,
          Mode.REPLAY,
          LEVELS,
          ZoneOffset.UTC,
          new Mapping(
              List.of(
                  new MappingConfig(
                      Pattern.compile("comsrv:(\\d+):m"), "t", List.of(), Map.of(), true))),
          SampleRules.usual(),
          metrics,
          new Offenders(metrics, clock),
          this,
          _ -> {});
    }

    @Override
    public Held held() {
      return held;
    }

    @Override
    public void fenced(String live, long epoch) {
      held = Held.NONE;
    }

    void holds(long epoch) {
      held = new Held(epoch, Set.of(0), 1);
    }

    long refused() {
      return (long) metrics.snapshot().getOrDefault("calls_fenced", 0L);
    }
  }

  private void live(double value) {
    neighbour.hset(LIVE, "1", Double.toString(value));
  }

  private String archive(String level) {
    return neighbour.hget("archive:" + level + ":" + START.getEpochSecond() + ":1001", "1");
  }

  @Test
  void theWindowGoesOnUnderTheNextOwnerAndIsClosedOnce() {
    old.holds(10);
    for (int second = 0; second < 60; second++) {
      live(second);
      if (second == 30) {
        old.held = Held.NONE;
        next.holds(11);
      }
      old.aggregation().sample();
      next.aggregation().sample();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(old.aggregation().closeDue()).as("it is not its own any more").isZero();
    assertThat(next.aggregation().closeDue()).isEqualTo(1);
    assertThat(archive("1m")).isEqualTo("29.5 0 59 60 1770");
    assertThat(neighbour.llen("archive:pending")).isEqualTo(1);
    assertThat(next.aggregation().sourceCount()).isEqualTo(1);
  }

  @Test
  void anOwnerThatWasPausedIsRefusedWhateverItDoesAndDropsTheSource() {
    old.holds(10);
    live(1);
    old.aggregation().sample();
    clock.advance(Duration.ofSeconds(1));
    next.holds(11);
    next.aggregation().sample();
    clock.advance(Duration.ofSeconds(1));

    live(1_000);
    old.aggregation().sample();
    assertThat(old.refused()).isEqualTo(1);
    assertThat(old.held).isEqualTo(Held.NONE);

    clock.advance(Duration.ofSeconds(58));
    old.holds(10);
    assertThat(old.aggregation().closeDue()).isZero();
    assertThat(next.aggregation().closeDue()).isEqualTo(1);
    assertThat(archive("1m")).isEqualTo("1 1 1 2 2");
  }

  @Test
  void bothSampleForAMomentAndNoSampleCountsTwice() {
    old.holds(10);
    next.holds(11);
    for (int second = 0; second < 60; second++) {
      live(second);
      (second % 2 == 0 ? old : next).aggregation().sample();
      (second % 2 == 0 ? next : old).aggregation().sample();
      old.holds(10);
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(next.aggregation().closeDue()).isEqualTo(1);
    assertThat(archive("1m")).isEqualTo("29.5 0 59 60 1770");
  }

  @Test
  void aWindowThatTheOldOwnerOpenedAfterTheNextLookedIsClosedToo() {
    old.holds(10);
    live(5);
    next.holds(11);
    next.aggregation().closeDue();
    old.aggregation().sample();
    clock.advance(Duration.ofMinutes(1));
    next.aggregation().sample();
    assertThat(next.aggregation().closeDue()).isEqualTo(1);
    assertThat(archive("1m")).isEqualTo("5 5 5 1 5");
  }

  @Test
  void whoGetsTheSameShardsBackBeforeItLooksClosesWhatWasOpenedBetween() {
    old.holds(10);
    live(1);
    old.aggregation().sample();
    clock.advance(Duration.ofMinutes(1));
    next.holds(11);
    live(2);
    next.aggregation().sample();
    assertThat(next.aggregation().closeDue()).isEqualTo(1);
    next.held = Held.NONE;
    old.holds(12);
    clock.advance(Duration.ofMinutes(1));
    old.aggregation().sample();
    assertThat(old.aggregation().closeDue()).as("the window that the other opened").isEqualTo(1);
    assertThat(neighbour.hget("archive:1m:" + (START.getEpochSecond() + 60) + ":1001", "1"))
        .isEqualTo("2 2 2 1 2");
  }

  @Test
  void whatTheOldOwnerClosedAfterTheNextLookedIsNotClosedAgain() {
    old.holds(10);
    live(1);
    old.aggregation().sample();
    clock.advance(Duration.ofSeconds(299));
    old.aggregation().sample();
    assertThat(old.aggregation().closeDue()).isEqualTo(1);
    next.holds(11);
    assertThat(next.aggregation().closeDue()).as("it looks, and nothing has ended").isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(old.aggregation().closeDue()).as("a minute, and the five it ends").isEqualTo(2);
    assertThat(next.aggregation().closeDue()).isZero();
    assertThat(neighbour.hget("archive:5m:" + START.getEpochSecond() + ":1001", "revision"))
        .isEqualTo("1");
  }
}
