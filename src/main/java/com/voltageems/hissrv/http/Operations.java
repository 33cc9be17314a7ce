package com.voltageems.hissrv.http;

import com.voltageems.hissrv.observe.HealthReport;

/** What the API asks of the running service. Never throws for a dependency that is down. */
public interface Operations {
  /** How every component is; within five seconds whatever is down. */
  HealthReport health();

  /** Counters and queue. */
  Status status();

  /** A full cycle now: close what is due, collect, deliver. */
  SyncReport sync();
}
