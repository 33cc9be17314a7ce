package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.outbox.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundsIT extends CollectorFixture {
  private static PerformanceConfig bounds(long bytes, Duration age) {
    return new PerformanceConfig(100, Duration.ZERO, 1_000, 3, bytes, age);
  }

  /** About 600 bytes. */
  private static void documents(int count) {
    for (int i = 0; i < count; i++) {
      neighbour.lpush(
          PENDING,
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":\"%s\"}}"
              .formatted(i, "x".repeat(500)));
    }
  }

  private void deliver(int points) {
    for (int left = points; left > 0; left -= 100) {
      List<Delivery> batch = outbox.oldest(Math.min(left, 100));
      outbox.acknowledge(batch, Map.of());
    }
  }

  @Test
  void atItsSizeTheOutboxTakesNoMoreUntilThereIsRoomAgain() {
    collector = collector(redis, bounds(1 << 20, Duration.ofDays(30)));
    documents(3_000);
    long taken = collector.collect().collected();
    assertThat(taken).isBetween(500L, 2_000L);
    assertThat(outbox.load().bytes()).isBetween(1L << 20, (1L << 20) + 200_000);
    assertThat(collector.check().ok()).isFalse();
    assertThat(collector.check().message())
        .contains("the outbox is full", "1MiB (outbox_size)", "Bring the store back");
    assertThat(neighbour.llen(PENDING)).as("nothing is dropped").isEqualTo(3_000 - taken);
    assertThat(collector.collect().collected()).isZero();

    deliver((int) taken / 50);
    assertThat(collector.collect().collected()).as("above 95 % it waits on").isZero();
    deliver((int) taken / 4);
    assertThat(collector.collect().collected()).isPositive();
    while (neighbour.exists(PENDING)) {
      deliver(3_000);
      assertThat(collector.collect().collected()).isPositive();
    }
    deliver(3_000);
    var _ = collector.collect();
    assertThat(collector.check()).isEqualTo(CheckResult.OK);
  }

  @Test
  void whenItsOldestPointIsTooOldTheOutboxTakesNoMore() {
    collector = collector(redis, bounds(1 << 30, Duration.ofHours(12)));
    documents(1);
    assertThat(collector.collect().collected()).isEqualTo(1);
    clock.advance(Duration.ofHours(12));
    documents(1);
    assertThat(collector.collect().collected()).isZero();
    assertThat(collector.check().message()).contains("a point waits for 12h (outbox_age)");
    deliver(1);
    assertThat(collector.collect().collected()).isEqualTo(1);
    assertThat(collector.check().ok()).isTrue();
  }

  @Test
  void withTheWriteBufferFullCollectingPausesAndNothingIsHeldTwice() throws InterruptedException {
    documents(10);
    buffer.acquire(9_995);
    assertThat(collector.collect().collected()).isZero();
    assertThat(collector.check().message()).contains("write_buffer_size (10000)");
    buffer.release(9_995);
    assertThat(collector.collect().collected()).isEqualTo(10);
    assertThat(collector.check().ok()).isTrue();
    assertThat(buffer.held()).isZero();
    assertThat(inFlight()).isEmpty();
  }
}
