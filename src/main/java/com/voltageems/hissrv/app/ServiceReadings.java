package com.voltageems.hissrv.app;

import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Reading;
import com.voltageems.hissrv.outbox.Balance;
import com.voltageems.hissrv.outbox.Load;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.QuarantineTotals;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code /metrics} tells. What can't be told now is left out. */
final class ServiceReadings {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceReadings.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Pattern LABELLED =
      Pattern.compile("(?<name>[a-z0-9_]+)\\{(?<label>[a-z_]+)=\"(?<value>.*)\"}", Pattern.DOTALL);

  /** These the outbox tells, across restarts. */
  private static final List<String> TOLD_BY_OUTBOX =
      List.of("points_delivered", "points_quarantined");

  private final HisSrv service;
  private final InstantSource clock;
  private final Instant started;

  ServiceReadings(HisSrv service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
    started = clock.instant();
  }

  List<Reading> all() {
    var readings = new ArrayList<Reading>();
    flow(readings);
    components(readings);
    counters(readings);
    process(readings);
    return readings;
  }

  private void flow(List<Reading> readings) {
    service
        .collector()
        .pending()
        .ifPresent(n ->
            readings.add(
                Reading.gauge("queue_entries", "Entries waiting or in flight in Redis", n)));
    outbox(readings, "", service.outbox());
    quarantine(readings, "", service.collector().quarantine());
    service
        .also()
        .ifPresent(second -> {
          outbox(readings, "also_", second.outbox());
          quarantine(readings, "also_", second.outbox().quarantine());
        });
  }

  /** A store's own, by the same names behind a prefix. */
  private void outbox(List<Reading> readings, String prefix, Outbox outbox) {
    try {
      Balance balance = outbox.balance();
      readings.add(
          Reading.counter(
              prefix + "points_collected",
              "Points and unusable entries taken over from Redis or back from quarantine, ever",
              balance.collected()));
      readings.add(
          Reading.counter(
              prefix + "points_delivered",
              "Points the store acknowledged, ever",
              balance.delivered()));
      readings.add(
          Reading.counter(
              prefix + "points_quarantined",
              "Points and unusable entries set aside, ever",
              balance.quarantine().setAside()));
      readings.add(
          Reading.gauge(
              prefix + "points_pending", "Points that wait for the store", balance.pending()));
      readings.add(
          Reading.counter(
              prefix + "points_deleted",
              "Points deleted while they waited, ever",
              balance.deleted()));
      Load load = outbox.load();
      readings.add(
          Reading.gauge(prefix + "outbox_bytes", "What outbox and quarantine hold", load.bytes()));
      double lag = load.isEmpty() ? 0 : Math.max(0, clock.millis() - load.oldestMillis()) / 1_000.0;
      readings.add(
          Reading.gauge(
              prefix + "lag_seconds", "How long the oldest point has waited for the store", lag));
      Instant last = outbox.totals().lastStored();
      if (last != null) {
        readings.add(
            Reading.gauge(
                prefix + "last_delivery_timestamp_seconds",
                "When the store last acknowledged",
                last.toEpochMilli() / 1_000.0));
      }
    } catch (OutboxException e) {
      LOG.debug("the outbox can't be asked", e);
    }
  }

  private static void quarantine(List<Reading> readings, String prefix, Quarantine quarantine) {
    try {
      QuarantineTotals totals = quarantine.totals();
      readings.add(
          Reading.counter(
              prefix + "quarantine_set_aside",
              "Points and unusable entries set aside in what /quarantine shows, ever",
              totals.setAside()));
      readings.add(
          Reading.gauge(
              prefix + "quarantine_waiting", "Set aside and still there", totals.waiting()));
      readings.add(
          Reading.counter(
              prefix + "quarantine_replayed", "Put back from quarantine, ever", totals.replayed()));
      readings.add(
          Reading.counter(
              prefix + "quarantine_discarded",
              "Thrown away by somebody, ever",
              totals.discarded()));
    } catch (OutboxException e) {
      LOG.debug("the quarantine can't be asked", e);
    }
  }

  private void components(List<Reading> readings) {
    HealthReport.of(service.components(), PATIENCE)
        .components()
        .forEach((name, check) -> {
          readings.add(
              Reading.gauge("component_up", "1 while the component is well", check.ok() ? 1 : 0)
                  .of("component", name));
          readings.add(
              Reading.gauge(
                      "component_warning",
                      "1 while it works but will not unless somebody does something",
                      check.warning() == null ? 0 : 1)
                  .of("component", name));
        });
    readings.add(
        Reading.gauge(
            "sources", "Live keys that are sampled", service.aggregation().sourceCount()));
    var archives = service.archives().taken();
    readings.add(
        Reading.gauge("archives", "Collected windows still in Redis, too", archives.archives()));
    readings.add(Reading.gauge("archive_bytes", "About what they take in Redis", archives.bytes()));
    service
        .backup()
        .last()
        .ifPresent(last ->
            readings.add(
                Reading.gauge(
                    "last_backup_timestamp_seconds",
                    "When the last whole backup began",
                    last.toEpochMilli() / 1_000.0)));
    service
        .flushes()
        .forEach((file, n) ->
            readings.add(
                Reading.counter("disk_flushes", "Forced to disk, by file, since the start", n)
                    .of("file", file)));
  }

  private void counters(List<Reading> readings) {
    counters(readings, "", service.metrics());
    service.also().ifPresent(second -> counters(readings, "also_", second.metrics()));
  }

  private static void counters(List<Reading> readings, String prefix, Metrics metrics) {
    metrics
        .snapshot()
        .forEach((counter, n) -> {
          if (TOLD_BY_OUTBOX.contains(counter)) {
            return;
          }
          Matcher labelled = LABELLED.matcher(counter);
          String name = prefix + (labelled.matches() ? labelled.group("name") : counter);
          String help = "Counted since the start: " + name.replace('_', ' ');
          Reading reading = Reading.counter(name, help, n);
          readings.add(
              labelled.matches()
                  ? reading.of(labelled.group("label"), labelled.group("value"))
                  : reading);
        });
  }

  private void process(List<Reading> readings) {
    var memory = ManagementFactory.getMemoryMXBean();
    Map<String, Long> used =
        Map.of(
            "heap", memory.getHeapMemoryUsage().getUsed(),
            "nonheap", memory.getNonHeapMemoryUsage().getUsed());
    used.forEach((area, bytes) ->
        readings.add(Reading.gauge("jvm_memory_bytes", "Memory in use", bytes).of("area", area)));
    readings.add(
        Reading.gauge(
            "jvm_memory_max_bytes",
            "What the heap may grow to",
            memory.getHeapMemoryUsage().getMax()));
    double pauses =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(gc -> Math.max(0, gc.getCollectionTime()))
                .sum()
            / 1_000.0;
    readings.add(
        Reading.counter("jvm_gc_seconds", "Spent in garbage collection, since the start", pauses));
    readings.add(
        Reading.gauge(
            "jvm_threads",
            "Threads of the system's own",
            ManagementFactory.getThreadMXBean().getThreadCount()));
    readings.add(
        Reading.gauge(
            "start_timestamp_seconds", "When the process started", started.toEpochMilli() / 1e3));
  }
}
