package com.voltageems.hissrv.store.sqlite;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a store does by itself, every minute, in the background; tries again after trouble. */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final List<Runnable> tasks;
  private @Nullable Thread thread;

  Upkeep(List<Runnable> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  void start() {
    thread = Thread.ofVirtual().name("upkeep").start(this::run);
  }

  /** Waits for the step in hand. */
  @Override
  public void close() {
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PAUSE);
        for (Runnable task : tasks) {
          attempt(task);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("upkeep stops");
    }
  }

  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.debug("not now", e);
    }
  }
}
