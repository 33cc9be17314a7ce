package com.voltageems.hissrv.store.influx;

import java.util.Locale;

/** One thing that history needs in InfluxDB, and what became of it. */
public record SetupStep(Outcome outcome, String what) {
  /** How it stands. */
  public enum Outcome {
    /** It was there. */
    FOUND,
    /** It was not, and is now. */
    CREATED,
    /** It is not there, and was not to be made. */
    MISSING,
    /** It is there, and not as the configuration would have it; it was left as it is. */
    DIFFERS;

    /** As it is shown. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
