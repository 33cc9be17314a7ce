package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.lease.Ownership;

/**
 * How the queue is shared with other instances. Where it is, what was taken stays in Redis until
 * the store has it, for a host may be lost with its disk.
 *
 * @param ownership whose source's archives are looked for that nobody queued
 */
public record Sharing(LeaseConfig lease, Ownership ownership) {
  /** There are no others. */
  public static final Sharing NONE = new Sharing(LeaseConfig.defaults(), Ownership.SOLE);

  boolean on() {
    return lease.enabled();
  }
}
