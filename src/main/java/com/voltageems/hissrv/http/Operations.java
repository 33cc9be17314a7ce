package com.voltageems.hissrv.http;

import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.observe.Reading;
import java.util.List;

/** What the API asks of the running service. Never throws for a dependency that is down. */
public interface Operations {
  /** How every component is; within five seconds whatever is down. */
  HealthReport health();

  /** Counters and queue. */
  Status status();

  /** What {@code /metrics} tells; within five seconds whatever is down. */
  List<Reading> readings();

  /** A full cycle now: close what is due, collect, deliver. */
  SyncReport sync();
}
