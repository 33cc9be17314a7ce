package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.config.Durations;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.config.Sizes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much may wait in the outbox of each store, and for how long, until no more may come in. Once
 * reached a bound holds until there is some room again. For one thread.
 */
public final class OutboxBounds {
  private static final double ROOM_AGAIN = 0.95;

  private final List<Bounded> outboxes;
  private volatile PerformanceConfig settings;
  private final InstantSource clock;

  /** One store's. */
  private static final class Bounded {
    private final Outbox outbox;
    private final String name;
    private boolean reached;

    Bounded(Outbox outbox, String name) {
      this.outbox = outbox;
      this.name = name;
    }
  }

  /** No bound is reached yet. */
  public OutboxBounds(Outbox outbox, PerformanceConfig settings, InstantSource clock) {
    var both = new ArrayList<>(List.of(new Bounded(outbox, "the outbox")));
    outbox.also().ifPresent(also -> both.add(new Bounded(also, "the outbox of store.also")));
    outboxes = List.copyOf(both);
    this.settings = settings;
    this.clock = clock;
  }

  /** Other bounds, from the next question on. */
  public void reconfigure(PerformanceConfig next) {
    settings = next;
  }

  /** What to say of the bound that is reached; empty when none is. */
  public Optional<String> reached() {
    Optional<String> first = Optional.empty();
    for (Bounded one : outboxes) {
      Optional<String> reached = reached(one);
      first = first.or(() -> reached);
    }
    return first;
  }

  private Optional<String> reached(Bounded one) {
    PerformanceConfig settings = this.settings;
    double share = one.reached ? ROOM_AGAIN : 1;
    Load load = one.outbox.load();
    long age = load.isEmpty() ? 0 : clock.millis() - load.oldestMillis();
    Optional<String> bound = Optional.empty();
    // With nothing waiting it is the quarantine that is large; the store is not to blame.
    if (!load.isEmpty() && load.bytes() >= settings.outboxSize() * share) {
      bound = full(one, "it takes " + Sizes.format(settings.outboxSize()) + " (outbox_size)");
    } else if (!load.isEmpty() && age >= settings.outboxAge().toMillis() * share) {
      bound =
          full(
              one, "a point waits for " + Durations.format(settings.outboxAge()) + " (outbox_age)");
    }
    one.reached = bound.isPresent();
    return bound;
  }

  private static Optional<String> full(Bounded one, String why) {
    return Optional.of(
        one.name
            + " is full, "
            + why
            + ": nothing is taken from Redis, where archives stay two hours and more as archive_memory"
            + " allows. Bring the store back, or raise the bound");
  }
}
