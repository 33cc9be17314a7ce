package com.voltageems.hissrv.app;

import com.voltageems.hissrv.config.AlertVariable;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.outbox.Load;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Totals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What alerts can ask of the running service. What can't be told now is left out. */
final class AlertReadings implements Supplier<Map<AlertVariable, Double>> {
  private static final Logger LOG = LoggerFactory.getLogger(AlertReadings.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HisSrv service;
  private final InstantSource clock;
  private final Instant started;

  AlertReadings(HisSrv service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
    started = clock.instant();
  }

  @Override
  public Map<AlertVariable, Double> get() {
    var known = new EnumMap<AlertVariable, Double>(AlertVariable.class);
    Instant now = clock.instant();
    var metrics = service.metrics();
    known.put(AlertVariable.SAMPLES_COUNT, (double) metrics.value("samples"));
    known.put(AlertVariable.LATE_COUNT, (double) metrics.value("samples_merged_late"));
    known.put(AlertVariable.SOURCES, (double) service.aggregation().sourceCount());
    known.put(AlertVariable.ARCHIVE_BYTES, (double) service.archives().taken().bytes());
    known.put(AlertVariable.UPTIME_SECONDS, seconds(started, now));
    service
        .backup()
        .last()
        .ifPresent(last -> known.put(AlertVariable.BACKUP_AGE, seconds(last, now)));
    flow(known, now);
    health(known);
    return known;
  }

  private void flow(Map<AlertVariable, Double> known, Instant now) {
    OptionalLong pending = service.collector().pending();
    pending.ifPresent(n -> known.put(AlertVariable.PENDING_SIZE, (double) n));
    try {
      Totals totals = service.outbox().totals();
      known.put(AlertVariable.PROCESSED_COUNT, (double) totals.stored());
      known.put(AlertVariable.FAILED_COUNT, (double) totals.quarantined());
      Instant last = totals.lastStored();
      if (last != null) {
        known.put(AlertVariable.LAST_SYNC_AGE, seconds(last, now));
      }
      long size = service.outbox().size();
      known.put(AlertVariable.OUTBOX_SIZE, (double) size);
      pending.ifPresent(n -> known.put(AlertVariable.QUEUE_SIZE, (double) (n + size)));
      Load load = service.outbox().load();
      known.put(
          AlertVariable.LAG_SECONDS,
          load.isEmpty() ? 0 : seconds(Instant.ofEpochMilli(load.oldestMillis()), now));
    } catch (OutboxException e) {
      LOG.debug("the outbox can't be asked", e);
    }
  }

  private void health(Map<AlertVariable, Double> known) {
    var components = HealthReport.of(service.components(), PATIENCE).components();
    known.put(
        AlertVariable.DOWN_COMPONENTS,
        (double) components.values().stream().filter(check -> !check.ok()).count());
    Component store = service.store();
    var redis = components.get("redis");
    if (redis != null) {
      known.put(AlertVariable.REDIS_UP, redis.ok() ? 1.0 : 0.0);
    }
    var kept = components.get(store.name());
    if (kept != null) {
      known.put(AlertVariable.STORE_UP, kept.ok() ? 1.0 : 0.0);
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / 1_000.0);
  }
}
