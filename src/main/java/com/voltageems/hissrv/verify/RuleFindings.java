package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.transform.MappedSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the mapping rules make of live hashes, added up. */
final class RuleFindings {
  private final Config config;
  private final List<RuleTally> tallies = new ArrayList<>();
  private final Map<SeriesKey, String> sourceOf = new HashMap<>();
  private final Map<String, String> shared = new TreeMap<>();
  private final Map<Out, Amount> series = new TreeMap<>(Out.ORDER);

  private record Out(String measurement, Level level, String aggregation) {
    private static final Comparator<Out> ORDER =
        Comparator.comparing(Out::measurement)
            .thenComparing(Out::level)
            .thenComparing(Out::aggregation);
  }

  private record Amount(long series, long values) {
    Amount plus(Amount other) {
      return new Amount(series + other.series, values + other.values);
    }
  }

  RuleFindings(Config config) {
    this.config = config;
    for (MappingConfig rule : config.mappings()) {
      tallies.add(new RuleTally("mappings[" + tallies.size() + "]", rule));
    }
  }

  void add(MappedSource source, Map<String, String> hash) {
    for (RuleTally tally : tallies) {
      if (tally.rule().equals(source.rule())) {
        List<String> points = tally.add(source, hash, readByFilters(source.sourceKey()));
        addSeries(source, points);
      } else if (tally.rule().sourcePattern().matcher(source.sourceKey()).matches()) {
        tally.shadow();
      }
    }
  }

  /** A field that a filter reads is no point where it holds no number. */
  private Set<String> readByFilters(String key) {
    var read = new HashSet<String>();
    for (FilterConfig filter : config.filters()) {
      if (filter.source().matcher(key).matches()) {
        for (FilterConfig.Condition condition : filter.conditions()) {
          String field = condition.field();
          if (field != null) {
            read.add(field);
          }
        }
      }
    }
    return read;
  }

  private void addSeries(MappedSource source, List<String> points) {
    String other = sourceOf.putIfAbsent(source.series(), source.sourceKey());
    if (other != null) {
      shared.put(source.sourceKey(), other);
      return;
    }
    for (Level level : config.aggregation().levels()) {
      source
          .columns(level, points)
          .forEach((key, columns) -> {
            if (!columns.isEmpty()) {
              String aggregation = key.tags().getOrDefault(SeriesKey.AGGREGATION_TAG, "");
              series.merge(
                  new Out(key.measurement(), level, aggregation),
                  new Amount(1, columns.size()),
                  Amount::plus);
            }
          });
    }
  }

  List<DryRunReport.Rule> rules() {
    return tallies.stream().map(RuleTally::found).toList();
  }

  List<DryRunReport.Series> series() {
    var found = new ArrayList<DryRunReport.Series>();
    series.forEach((out, amount) -> {
      @Nullable String aggregation = out.aggregation().isEmpty() ? null : out.aggregation();
      found.add(
          new DryRunReport.Series(
              out.measurement(),
              out.level().name(),
              aggregation,
              amount.series(),
              amount.values()));
    });
    return found;
  }

  Map<String, String> shared() {
    return Examples.first(shared);
  }
}
