package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.params.SetParams;

class DeadInstancesIT extends CollectorFixture {
  private static final String OTHER = "11111111-2222-3333-4444-555555555555";
  private static final String THEIRS = "{" + PENDING + "}:" + OTHER + ":0001-a-batch";
  private static final String BEAT = "hissrv:alive:{" + PENDING + "}:" + OTHER;

  private static void inTheirHands(int documents) {
    for (int i = 0; i < documents; i++) {
      var _ = document(i);
      neighbour.lmove(PENDING, THEIRS, ListDirection.RIGHT, ListDirection.LEFT);
    }
  }

  private void lookTwice() {
    var _ = collector.collect();
    clock.advance(OtherInstances.Patience.USUAL.grace().plus(Duration.ofSeconds(1)));
    var _ = collector.collect();
  }

  @Test
  void whatADeadInstanceHadInFlightIsTakenOver() {
    inTheirHands(3);
    var _ = collector.collect();
    assertThat(outbox.size()).as("it may just be starting").isZero();
    lookTwice();
    assertThat(outbox.size()).isEqualTo(3);
    assertThat(neighbour.keys("{" + PENDING + "}:*")).isEmpty();
    assertThat(metrics.value("entries_adopted")).isEqualTo(3);
  }

  @Test
  void whatALivingInstanceHasInFlightIsItsOwn() {
    inTheirHands(3);
    neighbour.set(BEAT, "1", SetParams.setParams().ex(100));
    lookTwice();
    lookTwice();
    assertThat(outbox.size()).isZero();
    assertThat(neighbour.llen(THEIRS)).isEqualTo(3);
    neighbour.del(BEAT);
    lookTwice();
    assertThat(outbox.size()).isEqualTo(3);
  }

  @Test
  void anInstanceThatCollectsIsAlive() {
    var _ = collector.collect();
    String beat = BEAT.replace(OTHER, outbox.instanceId());
    assertThat(neighbour.ttl(beat)).isBetween(100L, 120L);
  }

  @Test
  void documentsTooLargeToReadAreNobodysInFlight() {
    neighbour.lpush("{" + PENDING + "}:oversized", "large");
    lookTwice();
    lookTwice();
    assertThat(neighbour.llen("{" + PENDING + "}:oversized")).isEqualTo(1);
  }
}
