package com.voltageems.hissrv.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Ctrl-C and SIGTERM do. */
final class OnShutdown {
  private static final int PATIENCE_SECONDS = 30;

  private OnShutdown() {}

  /** Asks the command to end, then holds the process until it has, for a while. */
  static void run(Runnable askToEnd, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  askToEnd.run();
                  try {
                    boolean _ = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "shutdown"));
  }
}
