package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.http.ApiFixture.Answer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
  @TempDir Path folder;

  @Test
  void aRequestInFlightFinishesWhenTheServerStops() throws Exception {
    try (var api = new ApiFixture(folder)) {
      var begun = new CountDownLatch(1);
      var mayEnd = new CountDownLatch(1);
      api.operations.enqueue(api.point("telemetry", Map.of("channel", "1001"), 1, 1.0));
      api.operations.beforeSync(() -> {
        begun.countDown();
        await(mayEnd);
      });
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(() -> api.send("POST", "/sync"));
      await(begun);

      CompletableFuture<Void> closed = CompletableFuture.runAsync(api.server::close);
      assertThatThrownBy(() -> closed.get(1_500, TimeUnit.MILLISECONDS))
          .as("waits for the request, longer than for idle connections")
          .isInstanceOf(TimeoutException.class);
      mayEnd.countDown();

      assertThat(answer.get(5, TimeUnit.SECONDS).json().path("delivered").asInt()).isEqualTo(1);
      closed.get(5, TimeUnit.SECONDS);
      assertThatThrownBy(() -> api.get("/health")).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void aConnectionWithoutARequestDoesNotHoldUpTheStop() {
    try (var api = new ApiFixture(folder)) {
      api.get("/health");
      long begun = System.nanoTime();

      api.server.close();

      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isLessThan(3_000);
    }
  }

  @Test
  void smallAnswersOnAnOpenConnectionAreQuick() {
    try (var api = new ApiFixture(folder)) {
      for (int i = 0; i < 50; i++) {
        api.get("/status");
      }
      var nanos = new long[51];
      for (int i = 0; i < nanos.length; i++) {
        long begun = System.nanoTime();
        api.get("/status");
        nanos[i] = System.nanoTime() - begun;
      }
      Arrays.sort(nanos);
      assertThat(TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length / 2]))
          .as("ms per answer in the middle; 40 or more is Nagle's algorithm")
          .isLessThan(20);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
