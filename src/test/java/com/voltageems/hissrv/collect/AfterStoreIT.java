package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.outbox.Delivery;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Instances that share the queue: what was taken stays in Redis until the store has it. */
class AfterStoreIT extends SharedQueueFixture {
  private static void revise(String archive, int revision) {
    neighbour.hset(archive, Map.of("revision", Integer.toString(revision), "1", "7 7 7 1 7"));
    neighbour.lpush(PENDING, archive);
  }

  private static String revised(long start, int revision) {
    String key = archive(start);
    neighbour.hset(key, "revision", Integer.toString(revision));
    return key;
  }

  @Test
  void whatWasTakenStaysInRedisUntilTheStoreHasIt() {
    var _ = revised(60, 1);
    var _ = document(1);
    var _ = collector.collect();
    assertThat(outbox.size()).isEqualTo(2);
    assertThat(inFlight()).hasSize(1);
    assertThat(neighbour.smembers(LISTS)).isEqualTo(inFlight());
    collector.settle(() -> true);
    assertThat(inFlight()).as("the store has nothing yet").hasSize(1);
    assertThat(durable).isEmpty();
    assertThat(collector.pending()).as("it is counted in the outbox").hasValue(0);
    outbox.acknowledge(outbox.oldest(1), Map.of());
    collector.settle(() -> true);
    assertThat(inFlight()).as("one of two").hasSize(1);
    storeAll(outbox);
    collector.settle(() -> false);
    assertThat(inFlight()).as("what is known of it is not safe").hasSize(1);
    collector.settle(() -> true);
    assertThat(lists()).isEmpty();
    assertThat(neighbour.exists(LISTS)).isFalse();
    assertThat(durable).hasSize(1);
    assertThat(outbox.carried().names()).isEmpty();
  }

  @Test
  void aQueueThatNeverEndsDoesNotHoldWhatTheStoreHas() throws InterruptedException {
    collector = collector(1);
    fill();
    var filling = Thread.ofPlatform().start(this::keepFull);
    Collector.Progress part = collector.collect();
    filling.interrupt();
    filling.join();
    assertThat(part.hasMore()).isTrue();
    assertThat(inFlight()).hasSize((int) part.collected());
    while (outbox.size() > 0) {
      storeAll(outbox);
    }
    collector.settle(() -> true);
    assertThat(inFlight()).isEmpty();
  }

  private void keepFull() {
    while (!Thread.currentThread().isInterrupted()) {
      if (neighbour.llen(PENDING) < 1_000) {
        fill();
      }
    }
  }

  private void fill() {
    String[] documents =
        IntStream.range(0, 5_000).mapToObj(CollectorFixture::documentText).toArray(String[]::new);
    long _ = neighbour.lpush(PENDING, documents);
  }

  @Test
  void whatIsInFlightIsNotTakenAgainAlsoAfterARestart() {
    var _ = revised(60, 1);
    var _ = collector.collect();
    collector.renewPending(1 << 20);
    var _ = collector.collect();
    assertThat(outbox.size()).isEqualTo(1);
    collector = collector(100);
    var _ = collector.collect();
    assertThat(outbox.size()).isEqualTo(1);
    storeAll(outbox);
    collector.settle(() -> true);
    assertThat(lists()).isEmpty();
  }

  @Test
  void theTimeToLiveOfWhatIsInFlightIsRenewed() {
    String key = revised(60, 1);
    var _ = collector.collect();
    neighbour.expire(key, 60);
    collector.renewPending(1 << 20);
    assertThat(neighbour.ttl(key)).isGreaterThan(7_000);
  }

  @Test
  void aLostHostsEntriesAreAnothersAfterOneAndAHalfTimesTheLease() {
    var _ = revised(60, 1);
    var _ = document(1);
    var _ = collector.collect();
    String beat = "hissrv:alive:{" + PENDING + "}:" + outbox.instanceId();
    assertThat(neighbour.ttl(beat)).isBetween(TTL.toSeconds() - 2, TTL.toSeconds());
    Collector other = other();
    var _ = other.collect();
    clock.advance(TTL);
    var _ = other.collect();
    assertThat(otherOutbox.size()).as("its owner lives").isZero();
    neighbour.del(beat);
    var _ = other.collect();
    assertThat(otherOutbox.size()).as("it may have missed a beat").isZero();
    clock.advance(TTL.dividedBy(2));
    var _ = other.collect();
    assertThat(otherOutbox.size()).isEqualTo(2);
    storeAll(otherOutbox);
    other.settle(() -> true);
    assertThat(lists()).isEmpty();
    assertThat(neighbour.exists(LISTS)).isFalse();
    assertThat(otherStored).hasSize(1);
    storeAll(outbox);
    collector.settle(() -> true);
    assertThat(outbox.carried().names()).as("it was only paused").isEmpty();
  }

  /** Somebody was about to write it to disk, or had written it, when a fail-over took the list. */
  @Test
  void whatWasInHandAndIsInNoListAnyMoreIsFoundAgainAndNotWhatIsOnDisk() {
    long minute = clock.instant().getEpochSecond() - 60;
    String inHand = revised(minute, 1);
    String onDisk = revised(minute - 60, 1);
    var marks = new TakenMarks(redis);
    marks.taken(Map.of(inHand, 1L, onDisk, 1L));
    marks.collected(Map.of(onDisk, 1L));
    neighbour.del(PENDING);
    Collector other = other();
    for (int round = 0; round < 3; round++) {
      var _ = other.collect();
      clock.advance(PatternSearch.ROUND);
    }
    assertThat(otherOutbox.oldest(10)).extracting(Delivery::entry).containsExactly(inHand);
    assertThat(neighbour.hget(inHand, Revision.COLLECTED)).isEqualTo("1");
  }

  @Test
  void anOlderRevisionThatCameToTheStoreLaterIsFollowedByTheNewer() {
    String key = revised(60, 1);
    var _ = collector.collect();
    revise(key, 2);
    Collector other = other();
    var _ = other.collect();
    assertThat(otherOutbox.size()).isEqualTo(1);
    storeAll(otherOutbox);
    other.settle(() -> true);
    assertThat(otherStored).as("Redis must still tell the revision").isEmpty();
    storeAll(outbox);
    collector.settle(() -> true);
    assertThat(neighbour.lrange(PENDING, 0, -1)).containsExactly(key);
    var _ = other.collect();
    assertThat(otherOutbox.size()).isEqualTo(1);
    storeAll(otherOutbox);
    other.settle(() -> true);
    assertThat(neighbour.llen(PENDING)).as("that was the newest").isZero();
    assertThat(metrics.value("archives_queued_again")).isEqualTo(1);
  }

  @Test
  void aNewerRevisionThatNobodyHasTakenYetOrThisInstanceHasComesByItself() {
    String key = revised(60, 1);
    var _ = collector.collect();
    revise(key, 2);
    storeAll(outbox);
    collector.settle(() -> true);
    assertThat(neighbour.llen(PENDING)).as("it waits, once").isEqualTo(1);
    var _ = collector.collect();
    revise(key, 3);
    var _ = collector.collect();
    outbox.acknowledge(outbox.oldest(1), Map.of());
    collector.settle(() -> true);
    assertThat(neighbour.llen(PENDING)).as("the third revision follows the second").isZero();
  }

  @Test
  void whatAnotherInstanceHasTakenIsNotLookedFor() {
    config = withPatterns(config, "archive:1m:*");
    collector = collector(100);
    long start = clock.instant().getEpochSecond() - 600;
    var _ = revised(start, 1);
    Collector other = other();
    var _ = collector.collect();
    assertThat(outbox.size()).isEqualTo(1);
    for (int look = 0; look < 4; look++) {
      clock.advance(Duration.ofSeconds(61));
      collector.beat();
      var _ = other.collect();
      other.beat();
    }
    assertThat(otherOutbox.size()).isZero();
    String lost = archive(start - 60);
    neighbour.del(PENDING);
    for (int look = 0; look < 4; look++) {
      clock.advance(Duration.ofSeconds(61));
      var _ = other.collect();
    }
    assertThat(otherOutbox.size()).as(lost + " was taken by nobody").isEqualTo(1);
  }
}
