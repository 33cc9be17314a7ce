package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Window;
import java.util.Map;

/** What sampling and closing tell. */
public sealed interface Observation {
  /**
   * All sources were sampled at one moment.
   *
   * @param atMillis the moment, by the clock of samples, epoch milliseconds
   * @param seen by live key; a source that is not named is absent
   */
  record Swept(long atMillis, Map<String, Sighting> seen) implements Observation {}

  /** Redis could not be asked. */
  record Missed() implements Observation {}

  /** A window of the finest level was closed, and there was no number in it. */
  record Emptied(String source, Window window) implements Observation {}
}
