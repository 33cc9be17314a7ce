package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.config.Durations;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.config.Sizes;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How much may wait in the outbox, and for how long, until no more may come in. Once reached a
 * bound holds until there is some room again. For one thread.
 */
public final class OutboxBounds {
  private static final double ROOM_AGAIN = 0.95;

  private final Outbox outbox;
  private volatile PerformanceConfig settings;
  private final InstantSource clock;
  private boolean reached;

  /** No bound is reached yet. */
  public OutboxBounds(Outbox outbox, PerformanceConfig settings, InstantSource clock) {
    this.outbox = outbox;
    this.settings = settings;
    this.clock = clock;
  }

  /** Other bounds, from the next question on. */
  public void reconfigure(PerformanceConfig next) {
    settings = next;
  }

  /** What to say of the bound that is reached; empty when none is. */
  public Optional<String> reached() {
    PerformanceConfig settings = this.settings;
    double share = reached ? ROOM_AGAIN : 1;
    Load load = outbox.load();
    long age = load.isEmpty() ? 0 : clock.millis() - load.oldestMillis();
    Optional<String> bound = Optional.empty();
    // With nothing waiting it is the quarantine that is large; the store is not to blame.
    if (!load.isEmpty() && load.bytes() >= settings.outboxSize() * share) {
      bound = full("it takes " + Sizes.format(settings.outboxSize()) + " (outbox_size)");
    } else if (!load.isEmpty() && age >= settings.outboxAge().toMillis() * share) {
      bound = full("a point waits for " + Durations.format(settings.outboxAge()) + " (outbox_age)");
    }
    reached = bound.isPresent();
    return bound;
  }

  private static Optional<String> full(String why) {
    return Optional.of(
        "the outbox is full, "
            + why
            + ": nothing is taken from Redis, where archives stay two hours and more as archive_memory"
            + " allows. Bring the store back, or raise the bound");
  }
}
