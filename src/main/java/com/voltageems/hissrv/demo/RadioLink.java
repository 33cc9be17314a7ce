package com.voltageems.hissrv.demo;

import java.time.Instant;
import java.util.Optional;

/**
 * A link that breaks once an hour, at twenty past by the site's clock: for 90 seconds the driver
 * lets the last values stand, then takes them away; after six minutes and ten seconds the device is
 * heard again.
 */
record RadioLink(Cycle cycle) {
  private static final int BREAKS = 20 * 60_000;
  private static final int VALUES_GO = BREAKS + 90_000;
  private static final int IS_BACK = BREAKS + 370_000;

  /** Whose values are in Redis: this moment's, earlier ones, or none. */
  Optional<Instant> lastHeard(Instant moment) {
    int ofHour = cycle.millisOfHour(moment);
    if (ofHour < BREAKS || ofHour >= IS_BACK) {
      return Optional.of(moment);
    }
    return ofHour < VALUES_GO ? Optional.of(moment.minusMillis(ofHour - BREAKS)) : Optional.empty();
  }
}
