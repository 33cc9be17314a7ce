package com.voltageems.hissrv.app;

import com.voltageems.hissrv.http.Operations;
import com.voltageems.hissrv.http.Status;
import com.voltageems.hissrv.http.SyncReport;
import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.observe.Reading;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Totals;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the API asks of the running service. */
final class ServiceOperations implements Operations {
  /** The gateway gives up on {@code /health} after five seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** A status is asked for often, and by many; what can't be told by then is left out. */
  private static final Duration STATUS_PATIENCE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceOperations.class);

  private final HisSrv service;
  private final ServiceReadings readings;
  private volatile Totals lastKnown = new Totals(0, 0, null);

  ServiceOperations(HisSrv service, InstantSource clock) {
    this.service = service;
    this.readings = new ServiceReadings(service, clock);
  }

  @Override
  public HealthReport health() {
    return HealthReport.of(service.components(), PATIENCE);
  }

  @Override
  public Status status() {
    var more = new TreeMap<String, Object>();
    if (!service.site().name().isEmpty()) {
      more.put("site", service.site().name());
    }
    more.put(
        "time_zone",
        service.site().timeZone().equals(ZoneOffset.UTC)
            ? "UTC"
            : service.site().timeZone().getId());
    more.put("sources", service.aggregation().sourceCount());
    var archives = service.archives().taken();
    more.put("archives", archives.archives());
    more.put("archive_bytes", archives.bytes());
    more.put("flushes", service.flushes());
    more.put("alerts", service.alerts().state().stream().map(AlertJson::of).toList());
    service.leases().ifPresent(leases -> more.put("leases", LeaseJson.of(leases)));
    LevelBuckets.partsOf(service.opened()).stream()
        .findFirst()
        .ifPresent(influx -> more.put("store", StoreJson.of(influx)));
    service.also().ifPresent(second -> more.put("also", AlsoJson.of(second)));
    more.put("counters", service.metrics().snapshot());
    var asked = inTime(service::queueSize, OptionalLong.empty());
    Totals totals = inTime(this::totals, lastKnown).join();
    OptionalLong queueSize = asked.join();
    return new Status(
        "running",
        totals.stored(),
        totals.quarantined(),
        queueSize.isPresent() ? queueSize.getAsLong() : null,
        totals.lastStored(),
        more);
  }

  @Override
  public List<Reading> readings() {
    return readings.all();
  }

  @Override
  public SyncReport sync() {
    return service.sync();
  }

  /** With the outbox out of reach, what was last known. */
  private Totals totals() {
    try {
      lastKnown = service.outbox().totals();
    } catch (OutboxException e) {
      LOG.debug("no totals", e);
    }
    return lastKnown;
  }

  private static <T> CompletableFuture<T> inTime(Supplier<T> question, T otherwise) {
    return CompletableFuture.supplyAsync(question, Thread::startVirtualThread)
        .completeOnTimeout(otherwise, STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
