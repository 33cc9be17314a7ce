package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.DelayingProxy;
import com.voltageems.hissrv.testkit.LockHolder;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.DurableArchive;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.args.ListDirection;

class CollectorIT extends CollectorFixture {
  @Test
  void archivesAndDocumentsAreTakenOldestFirstAndReleased() {
    String first = archive(1_700_000_040);
    String second = document(1_700_000_041);
    String third = archive(1_700_000_100);
    assertThat(collector.collect()).isEqualTo(new Collector.Progress(3, 0, false));
    assertThat(outbox.oldest(10)).extracting(Delivery::entry).containsExactly(first, second, third);
    assertThat(neighbour.exists(PENDING)).isFalse();
    assertThat(inFlight()).isEmpty();
    assertThat(collector.pending()).hasValue(0);
    assertThat(neighbour.exists(first)).as("the archive itself stays its two hours").isTrue();
  }

  @Test
  void moreThanABatchIsTakenBatchByBatch() {
    for (int i = 0; i < 1_050; i++) {
      document(1_700_000_000 + i);
    }
    assertThat(collector.collect().collected()).isEqualTo(1_050);
    assertThat(outbox.size()).isEqualTo(1_050);
  }

  @Test
  void nothingLeavesRedisWhileTheOutboxIsLocked() throws IOException {
    outbox.append(new Intake());
    String _ = outbox.instanceId();
    outbox.close();
    outbox = new Outbox(folder.resolve("outbox.db"), clock);
    collector = collector(100);
    document(1_700_000_000);
    try (var _ = LockHolder.lock(folder.resolve("outbox.db"))) {
      assertThat(collector.collect().collected()).isZero();
      assertThat(collector.check().ok()).isFalse();
      assertThat(neighbour.llen(PENDING)).isEqualTo(1);
    }
    assertThat(collector.collect().collected()).isEqualTo(1);
    assertThat(collector.check().ok()).isTrue();
  }

  /** Of a window that is cut short Redis may have forgotten that it was complete. */
  @Test
  void whatTheStoreHasIsNotReplacedByItsBeginning() {
    for (long start : List.of(60L, 120L, 180L)) {
      neighbour.hset(archive(start), Map.of("revision", "1", "hissrv:until", "~90000"));
    }
    neighbour.hset(archive(180), "revision", "2");
    stored.addAll(List.of(Instant.ofEpochSecond(120), Instant.ofEpochSecond(180)));
    var _ = collector.collect();
    assertThat(outbox.oldest(10))
        .extracting(delivery -> delivery.point().time())
        .as("of the third there are late samples, too")
        .containsOnly(Instant.ofEpochSecond(60), Instant.ofEpochSecond(180));
    assertThat(metrics.value("archives_outdated")).isEqualTo(1);
    assertThat(neighbour.llen(PENDING)).isZero();
    assertThat(inFlight()).isEmpty();
  }

  @Test
  void whatADeadProcessHadInFlightIsTakenFirst() {
    document(1);
    document(2);
    neighbour.lmove(
        PENDING,
        "{" + PENDING + "}:" + outbox.instanceId() + ":a-batch",
        ListDirection.RIGHT,
        ListDirection.LEFT);
    assertThat(collector(1).collect().collected()).isEqualTo(2);
    assertThat(outbox.oldest(10))
        .extracting(delivery -> delivery.point().time())
        .containsExactly(Instant.ofEpochSecond(1), Instant.ofEpochSecond(2));
    assertThat(inFlight()).isEmpty();
  }

  @Test
  void aReleaseThatComesLateTouchesNoOtherBatch() throws IOException, InterruptedException {
    for (int i = 0; i < 250; i++) {
      document(i);
    }
    try (var proxy = new DelayingProxy(server.port());
        var slow = new RedisConnection("redis://127.0.0.1:" + proxy.port())) {
      collector = collector(slow, 100);
      var release = proxy.holdNext("UNLINK");
      assertThat(collector.collect().collected()).as("released").isZero();
      assertThat(outbox.size()).as("durable").isEqualTo(100);
      // Whatever it asks next, the release arrives in the middle of it.
      String archive = archive(300);
      var middle = proxy.holdNext("MEMORY");
      assertThat(collector.collect().collected()).isEqualTo(200);
      assertThat(collector.check().ok()).isFalse();
      release.letGo();
      middle.letGo();
      assertThat(collector.collect().collected()).isEqualTo(51);
      assertThat(outbox.oldest(1_000)).extracting(Delivery::entry).contains(archive);
    }
    assertThat(outbox.oldest(1_000))
        .extracting(delivery -> delivery.point().time().getEpochSecond())
        .contains(LongStream.range(0, 250).boxed().toArray(Long[]::new));
    assertThat(inFlight()).isEmpty();
  }

  @Test
  void whatAMoveThatComesLateTookIsFoundAgain() throws IOException, InterruptedException {
    document(1);
    try (var proxy = new DelayingProxy(server.port());
        var slow = new RedisConnection("redis://127.0.0.1:" + proxy.port())) {
      collector = collector(slow, 100);
      var move = proxy.holdNext("oversized");
      assertThat(collector.collect().collected()).isZero();
      assertThat(collector.collect().collected()).isEqualTo(1);
      document(2);
      move.letGo();
      assertThat(neighbour.exists(PENDING)).isFalse();
      assertThat(collector.collect().collected()).isEqualTo(1);
    }
    assertThat(outbox.size()).isEqualTo(2);
    assertThat(inFlight()).isEmpty();
  }

  @Test
  void aDocumentTooLargeToReadIsKeptWholeInRedisAndNamedInQuarantine() {
    String large = "{\"measurement\":\"other\",\"big\":\"" + "x".repeat(1 << 20) + "\"}";
    document(1);
    neighbour.lpush(PENDING, large);
    document(2);
    assertThat(collector.collect()).isEqualTo(new Collector.Progress(3, 1, false));
    assertThat(outbox.size()).isEqualTo(2);
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.reason()).contains("1048576", "{archive:pending}:oversized");
          assertThat(one.entry()).startsWith("oversized:" + large.length() + ":{\"measur");
        });
    assertThat(neighbour.lrange("{archive:pending}:oversized", 0, -1)).containsExactly(large);
  }

  @Test
  void anArchiveTooLargeToReadIsKeptInRedisAndNamedInQuarantine() {
    String key = archive(1_700_000_040);
    neighbour.hset(key, "huge", "x".repeat(17 << 20));
    neighbour.expire(key, 60);
    document(1);
    assertThat(collector.collect()).isEqualTo(new Collector.Progress(2, 1, false));
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> assertThat(one.reason()).contains("16777216", "kept in Redis"));
    assertThat(neighbour.ttl(key)).isEqualTo(-1);
  }

  @Test
  void aFullRedisCanBeEmptied() {
    document(1);
    neighbour.configSet("maxmemory", "1");
    try {
      assertThat(collector.collect().collected()).isEqualTo(1);
    } finally {
      neighbour.configSet("maxmemory", "0");
    }
    assertThat(outbox.size()).isEqualTo(1);
  }

  @Test
  void badEntriesAreKeptWithContentAndReasonAndHoldUpNothing() {
    neighbour.lpush(PENDING, "{broken", "archive:1m:1700000000:5", "archive:1m:1700000000:6");
    neighbour.set("archive:1m:1700000000:5", "text");
    neighbour.hset("archive:1m:1700000000:6", Map.of("source", "unknown:6", "1", "5"));
    document(1_700_000_000);
    assertThat(collector.collect()).isEqualTo(new Collector.Progress(4, 3, false));
    assertThat(outbox.size()).isEqualTo(1);
    assertThat(outbox.quarantine().list(10))
        .satisfiesExactly(
            one -> assertThat(one.content()).isEqualTo("{broken"),
            two -> assertThat(two.reason()).contains("is no hash"),
            three -> {
              assertThat(three.reason()).contains("no mapping rule").contains("unknown:6");
              assertThat(three.content()).contains("\"source\":\"unknown:6\"", "\"1\":\"5\"");
            });
  }

  @Test
  void anArchiveThatIsGoneIsCounted() {
    neighbour.lpush(PENDING, "archive:1m:1700000000:1001");
    assertThat(collector.collect().collected()).isEqualTo(1);
    assertThat(metrics.value("archives_expired")).isEqualTo(1);
    assertThat(outbox.size()).isZero();
  }

  @Test
  void aQueueOfAnotherTypeIsTroubleUntilItIsGone() {
    neighbour.set(PENDING, "text");
    assertThat(collector.collect().collected()).isZero();
    assertThat(collector.check().ok()).isFalse();
    neighbour.del(PENDING);
    document(1);
    assertThat(collector.collect().collected()).isEqualTo(1);
    assertThat(collector.check().ok()).isTrue();
  }

  @Test
  void whatWaitsKeepsItsArchiveAlive() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 250; i++) {
      document(i);
      String key = archive(1_700_000_040L + 60L * i);
      neighbour.expire(key, 60);
      keys.add(key);
    }
    collector.renewPending(1 << 30);
    assertThat(keys).allSatisfy(key -> assertThat(neighbour.ttl(key)).isGreaterThan(7_000));
  }

  @Test
  void whatWaitsBeyondTheBoundHasItsOwnTwoHoursOnly() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 250; i++) {
      String key = archive(1_700_000_040L + 60L * i);
      neighbour.expire(key, 60);
      keys.add(key);
    }
    collector.renewPending(neighbour.memoryUsage(keys.getFirst()) * 90);
    assertThat(keys.subList(0, 90))
        .allSatisfy(key -> assertThat(neighbour.ttl(key)).isGreaterThan(7_000));
    assertThat(keys.subList(100, 250))
        .allSatisfy(key -> assertThat(neighbour.ttl(key)).isLessThanOrEqualTo(60));
  }

  @Test
  void archivesOfOursAreToldWhenTheyAreOnDisk() {
    String ours = archive(1_700_000_040);
    neighbour.hset(ours, "revision", "3");
    neighbour.hset("archive:1m:1700000100:1001", Map.of("1", "5"));
    neighbour.lpush(PENDING, "archive:1m:1700000100:1001", "archive:1m:1700000160:1001");
    document(1);
    var _ = collector.collect();
    assertThat(durable)
        .containsExactly(
            new DurableArchive(
                ArchiveKey.parse(ours).orElseThrow(),
                "comsrv:1001:m",
                3,
                neighbour.memoryUsage(ours)));
  }

  @Test
  void theCatalogLearnsWhereFieldsComeFrom() {
    archive(1_700_000_040);
    var _ = collector.collect();
    assertThat(catalog.entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.origin().pointId()).isEqualTo("1"));
  }
}
