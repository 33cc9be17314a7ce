package com.voltageems.hissrv.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats work at whole multiples of a period on a virtual thread. Work that takes longer skips the
 * beats it missed; work that throws is logged and goes on at the next beat.
 */
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /** How often a long period is looked at anew: it may have become a short one. */
  private static final Duration LOOKING = Duration.ofSeconds(1);

  private final String name;
  private final Supplier<Duration> period;
  private final InstantSource clock;
  private final Runnable work;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  Loop(String name, Duration period, InstantSource clock, Runnable work) {
    this(name, () -> period, clock, work);
  }

  /**
   * @param period may change at any time, and then holds within a second
   */
  Loop(String name, Supplier<Duration> period, InstantSource clock, Runnable work) {
    this.name = name;
    this.period = period;
    this.clock = clock;
    this.work = work;
    thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** There are no more beats; waits for nothing. */
  void askToStop() {
    stopping.countDown();
  }

  /** Lets the work at hand finish, for a while; then interrupts it. */
  void stop(Duration patience) {
    askToStop();
    try {
      if (!thread.join(patience)) {
        LOG.warn("{} did not finish within {} ms", name, patience.toMillis());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopsBeforeNextBeat()) {
        try {
          work.run();
        } catch (RuntimeException | Error e) {
          // An Error too: a plug-in that can't be linked must not end sampling without a word.
          LOG.error("{} failed, goes on", name, e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was interrupted", name);
    }
  }

  private boolean stopsBeforeNextBeat() throws InterruptedException {
    Duration asked = period.get();
    long left = untilNextBeat(asked);
    while (left > 0) {
      long part = Math.min(left, LOOKING.toMillis());
      if (stopping.await(part, TimeUnit.MILLISECONDS)) {
        return true;
      }
      Duration now = period.get();
      left = now.equals(asked) ? left - part : untilNextBeat(now);
      asked = now;
    }
    return false;
  }

  private long untilNextBeat(Duration asked) {
    long millis = asked.toMillis();
    return millis - Math.floorMod(clock.millis(), millis);
  }
}
