package com.voltageems.hissrv.observe;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Readings as Prometheus asks for them.
 *
 * @param contentType with charset
 */
public record PrometheusText(String contentType, String body) {
  private static final String PREFIX = "hissrv_";
  private static final String OPEN_METRICS = "application/openmetrics-text";

  /** In the form that is asked for: OpenMetrics where it is named, else the older text. */
  public static PrometheusText of(List<Reading> readings, String accept) {
    var out = new ByteArrayOutputStream();
    MetricSnapshots snapshots = snapshots(readings);
    try {
      if (accept.contains(OPEN_METRICS)) {
        OpenMetricsTextFormatWriter.create().write(out, snapshots, EscapingScheme.DEFAULT);
        return new PrometheusText(
            OpenMetricsTextFormatWriter.CONTENT_TYPE, out.toString(StandardCharsets.UTF_8));
      }
      PrometheusTextFormatWriter.create().write(out, snapshots, EscapingScheme.DEFAULT);
      return new PrometheusText(
          PrometheusTextFormatWriter.CONTENT_TYPE, out.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MetricSnapshots snapshots(List<Reading> readings) {
    var byName = new LinkedHashMap<String, Family>();
    for (Reading reading : readings) {
      byName.computeIfAbsent(reading.name(), _ -> new Family(reading)).add(reading);
    }
    return new MetricSnapshots(byName.values().stream().map(Family::snapshot).toList());
  }

  /** All readings of a name. */
  private static final class Family {
    private final Reading first;
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    Family(Reading first) {
      this.first = first;
    }

    void add(Reading reading) {
      var names = List.copyOf(reading.labels().keySet());
      values.put(
          Labels.of(names, names.stream().map(reading.labels()::get).toList()), reading.value());
    }

    MetricSnapshot snapshot() {
      String name = PREFIX + first.name();
      if (first.kind() == Reading.Kind.COUNTER) {
        var counter = CounterSnapshot.builder().name(name).help(first.help());
        values.forEach((labels, value) ->
            counter.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
        return counter.build();
      }
      var gauge = GaugeSnapshot.builder().name(name).help(first.help());
      values.forEach((labels, value) ->
          gauge.dataPoint(
              GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
      return gauge.build();
    }
  }
}
