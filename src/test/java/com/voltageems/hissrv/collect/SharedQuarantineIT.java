package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.QuarantineAwayException;
import com.voltageems.hissrv.outbox.QuarantineFilter;
import com.voltageems.hissrv.outbox.QuarantineTotals;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.Retrial;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.CuttingProxy;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Instances that share the queue: what one sets aside is everybody's, and nobody's disk's. */
class SharedQuarantineIT extends SharedQueueFixture {
  private static final String ITEMS = "hissrv:quarantine:{archive:pending}";
  private static final String TOTALS = "hissrv:quarantine:totals:{archive:pending}";

  private static String bad(int i) {
    String text = "{\"bad\": " + i;
    neighbour.lpush(PENDING, text);
    return text;
  }

  private static String good(int value) {
    return "{\"timestamp\":100,\"measurement\":\"mended\",\"fields\":{\"v\":" + value + "}}";
  }

  private List<Retrial> replay(Quarantine quarantine, Catalog by, List<Quarantined> items) {
    return new Replay(quarantine, by, () -> new Mapping(config.mappings())).run(items);
  }

  private void setAside(Collector collector) {
    var _ = collector.collect();
    collector.settle(() -> true);
  }

  /** Set aside by the first collector, mended by whoever asks. */
  private static Quarantined mended(Quarantine quarantine, Quarantined item) {
    return quarantine.repair(item, good(1), null).orElseThrow();
  }

  @Test
  void whatOneSetsAsideAnotherListsMendsReplaysAndDiscards() {
    Collector other = other();
    List<String> entries = List.of(bad(1), bad(2), bad(3));
    setAside(collector);
    List<Quarantined> seen = other.quarantine().list(10);
    assertThat(seen).isEqualTo(collector.quarantine().list(10));
    assertThat(seen).extracting(Quarantined::id).containsExactly(1L, 2L, 3L);
    assertThat(seen).extracting(Quarantined::entry).containsExactlyElementsOf(entries);
    assertThat(seen).extracting(Quarantined::content).containsExactlyElementsOf(entries);
    assertThat(outbox.quarantine().list(10)).isEmpty();
    assertThat(lists()).isEmpty();

    Quarantined second = mended(other.quarantine(), seen.get(1));
    assertThat(collector.quarantine().get(2)).contains(second);
    assertThat(collector.quarantine().repair(seen.get(1), "x", null)).as("it changed").isEmpty();
    assertThat(replay(other.quarantine(), otherCatalog, List.of(seen.get(1), second, seen.get(0))))
        .extracting(Retrial::item)
        .containsExactly(second, seen.getFirst());
    assertThat(collector.quarantine().discard(List.of(3L, 7L))).isEqualTo(1);
    for (Collector each : List.of(collector, other)) {
      assertThat(each.quarantine().totals()).isEqualTo(new QuarantineTotals(3, 1, 1, 1));
      assertThat(each.quarantine().last()).isEqualTo(1);
      assertThat(each.quarantine().get(1).orElseThrow().revision()).as("refused").isEqualTo(1);
    }

    var _ = other.collect();
    assertThat(otherOutbox.oldest(10))
        .singleElement()
        .satisfies(one -> assertThat(one.entry()).isEqualTo(entries.get(1)));
    assertThat(inFlight()).isEmpty();
    assertThat(lists()).as("until the store has it").hasSize(1);
    storeAll(otherOutbox);
    other.settle(() -> true);
    assertThat(lists()).isEmpty();
    assertThat(neighbour.hget(TOTALS, "bytes"))
        .isEqualTo(Integer.toString(neighbour.hget(ITEMS, "1").length()));
  }

  @Test
  void aListStaysInFlightUntilWhatWasSetAsideOfItIsInRedis() {
    neighbour.set(ITEMS, "in the way");
    var _ = bad(1);
    setAside(collector);
    assertThat(inFlight()).hasSize(1);
    assertThat(outbox.quarantine().list(10)).hasSize(1);
    var _ = document(1);
    var _ = document(2);
    var _ = collector.collect();
    List<Delivery> points = outbox.oldest(10);
    outbox.acknowledge(points, Map.of(points.getFirst(), "the store does not want it"));
    assertThat(outbox.carried().settled()).isEmpty();
    neighbour.del(ITEMS);
    assertThat(outbox.carried().settled()).as("not in Redis yet").isEmpty();
    collector.settle(() -> true);
    assertThat(lists()).isEmpty();
    assertThat(collector.quarantine().list(10))
        .hasSize(2)
        .last()
        .satisfies(one -> assertThat(one.point()).isEqualTo(points.getFirst().point()));
  }

  @Test
  void aLostHostsListIsSetAsideByAnotherWhenTheHostHadNotBroughtItToRedis() {
    Collector other = other();
    var _ = bad(1);
    var _ = collector.collect();
    loseHost(other);
    assertThat(lists()).isEmpty();
    assertThat(other.quarantine().totals()).isEqualTo(new QuarantineTotals(1, 1, 0, 0));
  }

  private void loseHost(Collector other) {
    neighbour.del("hissrv:alive:{" + PENDING + "}:" + outbox.instanceId());
    setAside(other);
    clock.advance(TTL);
    setAside(other);
  }

  @Test
  void whatALostHostWasReplayingAnotherBringsToTheStore() {
    Collector other = other();
    var _ = bad(1);
    setAside(collector);
    Quarantined item = mended(collector.quarantine(), collector.quarantine().list(1).getFirst());
    assertThat(replay(collector.quarantine(), catalog, List.of(item))).hasSize(1);
    assertThat(other.quarantine().list(10)).isEmpty();
    loseHost(other);
    assertThat(otherOutbox.size()).isEqualTo(1);
    assertThat(other.quarantine().totals()).isEqualTo(new QuarantineTotals(1, 0, 1, 0));
  }

  @Test
  void aMoveOrAReplayWhoseAnswerIsLostIsMadeOnce() throws IOException {
    try (var proxy = new CuttingProxy(server.port());
        var connection = new RedisConnection("redis://127.0.0.1:" + proxy.port())) {
      collector = collector(connection, 100);
      var _ = bad(1);
      setAside(collector);
      var _ = bad(2);
      var _ = collector.collect();
      proxy.cutAfter(0);
      collector.settle(() -> true);
      assertThat(neighbour.hlen(ITEMS)).as("it was made").isEqualTo(2);
      assertThat(outbox.quarantine().list(10)).as("nobody was told").hasSize(1);
      assertThat(inFlight()).hasSize(1);
      collector.settle(() -> true);
      assertThat(outbox.quarantine().list(10)).isEmpty();
      assertThat(inFlight()).isEmpty();
      assertThat(collector.quarantine().totals()).isEqualTo(new QuarantineTotals(2, 2, 0, 0));

      Quarantined item = mended(collector.quarantine(), collector.quarantine().list(1).getFirst());
      proxy.cutAfter(0);
      assertThatThrownBy(() -> replay(collector.quarantine(), catalog, List.of(item)))
          .isInstanceOf(QuarantineAwayException.class);
      assertThat(replay(collector.quarantine(), catalog, List.of(item))).as("gone").isEmpty();
      var _ = collector.collect();
      var _ = collector.collect();
      assertThat(outbox.size()).isEqualTo(1);
      assertThat(collector.quarantine().totals()).isEqualTo(new QuarantineTotals(2, 1, 1, 0));
    }
  }

  @Test
  void aMoveCutOffByARestartIsTheSameMove() throws IOException {
    var _ = bad(1);
    var _ = collector.collect();
    long number = outbox.moves().next().orElseThrow().number();
    outbox.close();
    outbox = new Outbox(folder.resolve("outbox.db"), clock);
    var _ = bad(2);
    collector = collector(100);
    var _ = collector.collect();
    assertThat(outbox.moves().next().orElseThrow())
        .satisfies(move -> assertThat(move.number()).isEqualTo(number))
        .satisfies(move -> assertThat(move.items()).hasSize(1));
    collector.settle(() -> true);
    assertThat(collector.quarantine().list(10)).hasSize(2);
  }

  @Test
  void aFolderThatWasPutBackLosesNothing() {
    neighbour.hset(TOTALS, "move:" + outbox.instanceId(), "7");
    var _ = bad(1);
    setAside(collector);
    assertThat(collector.quarantine().list(10)).hasSize(1);
    assertThat(neighbour.hget(TOTALS, "move:" + outbox.instanceId())).isEqualTo("8");
  }

  @Test
  void beyondTheBoundItWaitsInTheOutboxAndItsListInFlight() {
    var small =
        new SharedQuarantine(
            redis,
            outbox.moves(),
            outbox::instanceId,
            () -> {
              throw new AssertionError("nothing is replayed");
            },
            10);
    var _ = bad(1);
    setAside(collector);
    assertThat(small.warning()).isEmpty();
    var _ = bad(2);
    var _ = collector.collect();
    small.move();
    assertThat(small.warning()).hasValueSatisfying(w -> assertThat(w).contains("takes 10"));
    assertThat(outbox.quarantine().list(10)).hasSize(1);
    assertThat(outbox.carried().settled()).isEmpty();
    assertThat(small.discard(List.of(1L))).isEqualTo(1);
    small.move();
    assertThat(small.warning()).isEmpty();
    assertThat(small.list(10)).hasSize(1);
    assertThat(outbox.carried().settled()).hasSize(1);
  }

  @Test
  void pagesAreBoundedInOrderAndFiltered() {
    for (int i = 1; i <= 1_300; i++) {
      var _ = bad(i);
    }
    setAside(collector);
    Quarantine quarantine = other().quarantine();
    var ids = new ArrayList<Long>();
    Quarantine.Page page = quarantine.page(QuarantineFilter.ALL, 0, 1_000);
    assertThat(page.items()).hasSizeLessThanOrEqualTo(500);
    while (true) {
      page.items().forEach(item -> ids.add(item.id()));
      if (page.last()) {
        break;
      }
      page = quarantine.page(QuarantineFilter.ALL, page.position(), 1_000);
    }
    assertThat(ids).hasSize(1_300).isSorted().doesNotHaveDuplicates();
    page = quarantine.page(new QuarantineFilter(null, null, "1299"), 0, 10);
    assertThat(page.items()).extracting(Quarantined::id).containsExactly(1_299L);
    String reason = quarantine.get(1).orElseThrow().reason().toUpperCase(Locale.ROOT);
    assertThat(quarantine.page(new QuarantineFilter(reason, null, null), 0, 3).items()).hasSize(3);
    assertThat(quarantine.page(new QuarantineFilter(null, "none", null), 0, 3).last()).isTrue();
    assertThat(quarantine.page(QuarantineFilter.ALL, 1_298, 2).last()).isTrue();
    assertThat(quarantine.page(QuarantineFilter.ALL, 1_298, 1).last()).isFalse();
  }

  @Test
  void whatSomebodySpoiltInRedisIsShownAsItIs() {
    neighbour.zadd("hissrv:quarantine:index:{archive:pending}", 4, "4");
    neighbour.hset(ITEMS, "4", "nonsense");
    assertThat(collector.quarantine().list(10))
        .singleElement()
        .satisfies(item -> assertThat(item.content()).isEqualTo("nonsense"))
        .satisfies(item -> assertThat(item.reason()).contains("can't be read"));
    assertThat(collector.quarantine().discard(List.of(4L))).isEqualTo(1);
  }

  @Test
  void withoutLeasesNothingOfItIsInRedis() {
    sharing = Sharing.NONE;
    collector = collector(100);
    var _ = bad(1);
    setAside(collector);
    assertThat(collector.quarantine().list(10)).hasSize(1);
    assertThat(collector.quarantine()).isSameAs(outbox.quarantine());
    assertThat(neighbour.keys("hissrv:quarantine*")).isEmpty();
  }
}
