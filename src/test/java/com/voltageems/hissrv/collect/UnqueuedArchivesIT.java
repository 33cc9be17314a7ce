package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnqueuedArchivesIT extends CollectorFixture {
  /** The clock stands at its beginning. */
  private static final long LAST_MINUTE = 1_772_366_340;

  private static String unqueued(long start, Map<String, String> fields) {
    String key = "archive:1m:" + start + ":1001";
    neighbour.hset(key, fields);
    return key;
  }

  private static Map<String, String> ours(int revision, int volts) {
    return Map.of(
        "source",
        "comsrv:1001:m",
        "revision",
        "" + revision,
        "stats",
        "avg min max count sum",
        "1",
        volts + " 229 231 60 13830");
  }

  /** Sees what is there, and takes what is still there when the grace is over. */
  private void lookAndTake() {
    clock.advance(PatternSearch.ROUND);
    var _ = collector.collect();
    clock.advance(PatternSearch.ROUND);
    var _ = collector.collect();
  }

  private void restart() {
    outbox.close();
    outbox = new Outbox(folder.resolve("outbox.db"), clock);
    collector = collector(100);
  }

  @Test
  void archivesThatOthersWroteAndDidNotQueueAreFoundAndTakenOnce() {
    String found = unqueued(LAST_MINUTE, Map.of("1", "5.5"));
    lookAndTake();
    assertThat(outbox.oldest(10)).extracting(Delivery::entry).containsExactly(found);
    assertThat(metrics.value("archives_found_by_scan")).isEqualTo(1);
    for (int round = 0; round < 3; round++) {
      lookAndTake();
    }
    assertThat(outbox.size()).isEqualTo(1);
    assertThat(neighbour.hgetAll(found))
        .as("nothing is written there")
        .isEqualTo(Map.of("1", "5.5"));
    assertThat(neighbour.ttl(found)).isEqualTo(-1);
  }

  @Test
  void aRestartDoesNotTakeThemAgain() {
    var _ = unqueued(LAST_MINUTE, Map.of("1", "5.5"));
    lookAndTake();
    restart();
    lookAndTake();
    lookAndTake();
    assertThat(outbox.size()).isEqualTo(1);
  }

  @Test
  void whatCameThroughTheQueueIsNotFoundAgain() {
    for (int i = 0; i < 30; i++) {
      var _ = archive(LAST_MINUTE - 60L * i);
    }
    lookAndTake();
    lookAndTake();
    assertThat(outbox.size()).isEqualTo(30);
    assertThat(metrics.value("archives_found_by_scan")).isZero();
  }

  @Test
  void anArchiveThatIsOnItsWayThroughTheQueueIsLeftToIt() {
    String key = unqueued(LAST_MINUTE, ours(1, 230));
    var _ = collector.collect();
    clock.advance(ArchiveSearch.GRACE.minusSeconds(1));
    var _ = collector.collect();
    neighbour.lpush(PENDING, key);
    clock.advance(Duration.ofMinutes(2));
    var _ = collector.collect();
    assertThat(outbox.size()).isEqualTo(1);
    assertThat(metrics.value("archives_found_by_scan")).isZero();
  }

  @Test
  void aRevisionThatNobodyQueuedIsFoundAndAnOlderOneNeverTaken() {
    String key = unqueued(LAST_MINUTE, ours(1, 230));
    lookAndTake();
    neighbour.hset(key, ours(3, 250));
    lookAndTake();
    assertThat(outbox.oldest(10))
        .extracting(delivery -> delivery.point().fields().get("voltage_avg"))
        .hasSize(2)
        .doesNotHaveDuplicates();
    neighbour.hset(key, ours(2, 240));
    neighbour.lpush(PENDING, key);
    lookAndTake();
    assertThat(outbox.size()).isEqualTo(2);
    assertThat(metrics.value("archives_outdated")).isEqualTo(1);
  }

  @Test
  void aWindowThatHasNotEndedIsLeftAlone() {
    var _ = unqueued(LAST_MINUTE + 60 + 3_600, Map.of("1", "5.5"));
    lookAndTake();
    assertThat(outbox.size()).isZero();
    clock.advance(Duration.ofHours(2));
    lookAndTake();
    assertThat(outbox.size()).isEqualTo(1);
  }

  @Test
  void whatNoRuleMapsAndWhatIsNoHashIsLeftAlone() {
    neighbour.hset("archive:1m:" + LAST_MINUTE + ":other:7", Map.of("1", "5"));
    neighbour.set("archive:1m:" + LAST_MINUTE + ":8", "text");
    neighbour.hset("archive:1h:" + (LAST_MINUTE - 7_200) + ":1001", Map.of("1", "5"));
    lookAndTake();
    assertThat(outbox.size()).isZero();
    assertThat(outbox.quarantine().list(10)).isEmpty();
    assertThat(collector.check().ok()).isTrue();
  }

  @Test
  void aLargeKeyspaceIsWalkedABitAtATime() {
    var keys = new String[2_000];
    for (int k = 0; k < 30; k++) {
      for (int i = 0; i < keys.length; i += 2) {
        keys[i] = "neighbour:" + k + ":" + i;
        keys[i + 1] = "x";
      }
      neighbour.mset(keys);
    }
    int before = scans();
    var _ = collector.collect();
    assertThat(scans() - before)
        .as("of two patterns, and one for batches, and the first search")
        .isBetween(60, 190);
    var _ = unqueued(LAST_MINUTE, Map.of("1", "5.5"));
    for (int poll = 0; poll < 6; poll++) {
      clock.advance(PatternSearch.ROUND);
      var _ = collector.collect();
    }
    assertThat(outbox.size()).isEqualTo(1);
  }

  private static int scans() {
    return neighbour
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_scan:calls="))
        .mapToInt(line -> Integer.parseInt(line.split("[=,]", 3)[1]))
        .sum();
  }

  @Test
  void whatIsGoneFromRedisIsForgotten() {
    String key = unqueued(LAST_MINUTE, Map.of("1", "5.5"));
    lookAndTake();
    assertThat(outbox.collected().revisionOf(key, LAST_MINUTE)).isZero();
    neighbour.del(key);
    lookAndTake();
    lookAndTake();
    assertThat(outbox.collected().revisionOf(key, LAST_MINUTE)).isEqualTo(-1);
    restart();
    assertThat(outbox.collected().revisionOf(key, LAST_MINUTE)).isEqualTo(-1);
  }

  @Test
  void withTheQueueAloneNothingIsLookedFor() {
    config = withPatterns(config, PENDING);
    collector = collector(100);
    var _ = unqueued(LAST_MINUTE, Map.of("1", "5.5"));
    var _ = archive(LAST_MINUTE - 60);
    lookAndTake();
    assertThat(outbox.size()).isEqualTo(1);
  }
}
