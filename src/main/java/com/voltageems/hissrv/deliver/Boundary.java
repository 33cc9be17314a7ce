package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.outbox.Outbox;

/**
 * Where the fresh part of the outbox begins: what waited when the process started is backlog, and
 * what the fresh lane left behind. Safe for any thread.
 */
final class Boundary {
  private static final long UNKNOWN = -1;

  private final Outbox outbox;
  private long last = UNKNOWN;

  Boundary(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * The id of the last point that is backlog.
   *
   * @throws com.voltageems.hissrv.outbox.OutboxException when it must be asked for and can't be
   */
  synchronized long get() {
    if (last == UNKNOWN) {
      last = outbox.last();
    }
    return last;
  }

  /** Makes backlog of all up to this point. */
  synchronized void raise(long to) {
    last = Math.max(get(), to);
  }
}
