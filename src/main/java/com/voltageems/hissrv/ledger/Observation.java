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
   * @param seen by live key; one of ours that is not named is absent
   * @param missing by live key, where samples are missing before this one
   * @param held what is this instance's to sample; of other sources nothing is said
   */
  record Swept(long atMillis, Map<String, Sighting> seen, Map<String, Missing> missing, Held held)
      implements Observation {
    /** Of an instance that samples all there is, and of which no sample is missing. */
    public Swept(long atMillis, Map<String, Sighting> seen) {
      this(atMillis, seen, Map.of(), Held.ALL);
    }
  }

  /**
   * Between a sample and the next one some are not in Redis: nobody took them, or they were
   * forgotten.
   *
   * @param lastMillis when the sample before was taken, epoch milliseconds
   * @param intervalMillis from one sample to the next
   */
  record Missing(long lastMillis, long intervalMillis) {}

  /** Redis could not be asked. */
  record Missed() implements Observation {}

  /** A window of the finest level was closed, and there was no number in it. */
  record Emptied(String source, Window window) implements Observation {}
}
