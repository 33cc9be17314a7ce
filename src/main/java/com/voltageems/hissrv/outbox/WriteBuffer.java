package com.voltageems.hissrv.outbox;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many points may be held in memory between Redis and the store. Whoever reads points takes
 * room for them first and gives it back when they are on disk or let go. A batch larger than all
 * the room there is has it alone, so that nothing is ever too large. Safe for any thread.
 */
public final class WriteBuffer {
  private volatile int most;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition released = lock.newCondition();
  private long held;

  /**
   * Empty.
   *
   * @param most points
   */
  public WriteBuffer(int most) {
    this.most = most;
  }

  /** Takes room for so many points, however long that takes. */
  public void acquire(int points) throws InterruptedException {
    while (!acquire(points, Duration.ofMinutes(1))) {
      // Whoever has the room gives it back some time.
    }
  }

  /**
   * Takes room for so many points.
   *
   * @param patience how long to wait for it
   * @return whether there was room; if not, nothing is taken
   */
  public boolean acquire(int points, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (held > 0 && held + points > most) {
        if (left <= 0) {
          return false;
        }
        left = released.awaitNanos(left);
      }
      held += points;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives room back. */
  public void release(int points) {
    lock.lock();
    try {
      held -= points;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many points are held. */
  public long held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Another bound; what is held stays. */
  public void resize(int points) {
    lock.lock();
    try {
      most = points;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many may be. */
  public int most() {
    return most;
  }
}
