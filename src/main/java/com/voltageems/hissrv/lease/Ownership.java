package com.voltageems.hissrv.lease;

/** Which sources are this instance's. Any thread may ask. */
public interface Ownership {
  /** All of them, for nobody else is there. */
  Ownership SOLE = () -> Held.ALL;

  /** What may be sampled now; nothing where leases have run out. */
  Held held();

  /**
   * Redis refused a call for a source: somebody has a newer lease on it.
   *
   * @param epoch the newer one's
   */
  default void fenced(String live, long epoch) {}
}
