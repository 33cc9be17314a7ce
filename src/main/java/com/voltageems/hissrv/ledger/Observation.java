package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Window;
import java.util.Map;

/** What sampling and closing tell. */
public sealed interface Observation {
  /**
   * All sources were sampled at one moment.
   *
   * @param atMillis the moment, by the clock of samples, epoch milliseconds
   * @param intervalMillis from one sweep to the next
   * @param seen by live key; one of ours that is not named is absent
   * @param missing by live key, where samples are missing in Redis before this one: when the last
   *     one there was taken, epoch milliseconds; {@link #NONE_BEFORE} where there is none. Nobody
   *     took them, or they were forgotten
   * @param held what is this instance's to sample; of other sources nothing is said
   */
  record Swept(
      long atMillis,
      long intervalMillis,
      Map<String, Sighting> seen,
      Map<String, Long> missing,
      Held held)
      implements Observation {
    /** A source's first sample, or Redis has forgotten all of them. */
    public static final long NONE_BEFORE = 0;

    /** Each second, by an instance that samples all there is; no sample is missing. */
    public Swept(long atMillis, Map<String, Sighting> seen) {
      this(atMillis, 1_000, seen, Map.of(), Held.ALL);
    }
  }

  /** Redis could not be asked. */
  record Missed() implements Observation {}

  /** A window of the finest level was closed, and there was no number in it. */
  record Emptied(String source, Window window) implements Observation {}
}
