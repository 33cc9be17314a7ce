package com.voltageems.hissrv.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WriteBufferTest {
  private final WriteBuffer buffer = new WriteBuffer(10);

  @Test
  void noMoreThanItsRoomIsHeld() throws InterruptedException {
    assertThat(buffer.acquire(6, Duration.ZERO)).isTrue();
    assertThat(buffer.acquire(5, Duration.ofMillis(1))).isFalse();
    assertThat(buffer.acquire(4, Duration.ZERO)).isTrue();
    buffer.release(6);
    assertThat(buffer.acquire(6, Duration.ZERO)).isTrue();
    assertThat(buffer.held()).isEqualTo(10);
  }

  @Test
  void aBatchLargerThanAllTheRoomHasItAlone() throws InterruptedException {
    assertThat(buffer.acquire(25, Duration.ZERO)).isTrue();
    assertThat(buffer.acquire(1, Duration.ZERO)).isFalse();
    buffer.release(25);
    assertThat(buffer.acquire(1, Duration.ZERO)).isTrue();
    assertThat(buffer.acquire(25, Duration.ZERO)).isFalse();
  }

  @Test
  void whoWaitsGoesOnWhenThereIsRoom() throws InterruptedException {
    buffer.acquire(10);
    var gone = new CountDownLatch(1);
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            buffer.acquire(25);
            gone.countDown();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(gone.await(20, TimeUnit.MILLISECONDS)).isFalse();
    buffer.release(10);
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    waiting.join();
    assertThat(buffer.held()).isEqualTo(25);
  }
}
