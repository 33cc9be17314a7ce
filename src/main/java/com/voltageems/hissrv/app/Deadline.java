package com.voltageems.hissrv.app;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By when all must be done, by the machine's own clock: one that is set can't move it. */
final class Deadline {
  private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

  /** What is given even when the time is over: to let go of something takes moments. */
  private static final Duration LEAST = Duration.ofMillis(200);

  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** An earlier one: after this share of what is left. */
  Deadline part(double share) {
    return new Deadline(System.nanoTime() + (long) (left().toNanos() * share));
  }

  /** Never less than a moment. */
  Duration left() {
    Duration left = Duration.ofNanos(nanos - System.nanoTime());
    return left.compareTo(LEAST) > 0 ? left : LEAST;
  }

  /** Does work, no longer than there is time; then it is interrupted and left to itself. */
  void run(String what, Runnable work) {
    Thread thread = Thread.ofVirtual().name(what).start(work);
    try {
      if (!thread.join(left())) {
        LOG.warn("{}: not done in time", what);
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** Until it ends; an interrupt is passed on to whoever waits. */
  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
