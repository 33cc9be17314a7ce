package com.voltageems.hissrv.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Ctrl-C and SIGTERM do. */
final class OnShutdown {
  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);

  private OnShutdown() {}

  /** Asks the command to end, then holds the process until it has, for half a minute. */
  static void run(Runnable askToEnd, CountDownLatch ended) {
    run(askToEnd, ended, USUAL_PATIENCE);
  }

  /** Asks the command to end, then holds the process until it has, for a while. */
  static void run(Runnable askToEnd, CountDownLatch ended, Duration patience) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  askToEnd.run();
                  try {
                    boolean _ = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "shutdown"));
  }
}
