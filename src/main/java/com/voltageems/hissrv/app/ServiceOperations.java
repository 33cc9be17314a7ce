package com.voltageems.hissrv.app;

import com.voltageems.hissrv.http.Operations;
import com.voltageems.hissrv.http.Status;
import com.voltageems.hissrv.http.SyncReport;
import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Totals;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the API asks of the running service. */
final class ServiceOperations implements Operations {
  /** The gateway gives up on {@code /health} after five seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceOperations.class);

  private final HisSrv service;
  private Totals lastKnown = new Totals(0, 0, null);

  ServiceOperations(HisSrv service) {
    this.service = service;
  }

  @Override
  public HealthReport health() {
    return HealthReport.of(service.components(), PATIENCE);
  }

  @Override
  public Status status() {
    var more = new TreeMap<String, Object>();
    more.put("sources", service.aggregation().sourceCount());
    more.put("counters", service.metrics().snapshot());
    OptionalLong queueSize = service.queueSize();
    Totals totals = totals();
    return new Status(
        "running",
        totals.stored(),
        totals.quarantined(),
        queueSize.isPresent() ? queueSize.getAsLong() : null,
        totals.lastStored(),
        more);
  }

  @Override
  public SyncReport sync() {
    return service.sync();
  }

  /** With the outbox out of reach, what was last known. */
  private synchronized Totals totals() {
    try {
      lastKnown = service.outbox().totals();
    } catch (OutboxException e) {
      LOG.debug("no totals", e);
    }
    return lastKnown;
  }
}
