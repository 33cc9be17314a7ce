package com.voltageems.hissrv.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What Redis has lately not let us do for want of rights. A server that answers a ping is not well
 * for us then; what we need we try again within seconds, so that the right granted shows soon. For
 * any thread.
 */
final class RecentRefusals {
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private volatile @Nullable Refused last;

  private record Refused(String why, long nanos) {}

  /**
   * Nothing as yet.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  RecentRefusals(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(String why) {
    last = new Refused(why, nanoTime.getAsLong());
  }

  Optional<String> last() {
    Refused refused = last;
    return refused == null || nanoTime.getAsLong() - refused.nanos() > REMEMBERED.toNanos()
        ? Optional.empty()
        : Optional.of(refused.why());
  }
}
