package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.verify.DryRunReport;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A dry run for people to read. */
final class DryRunText {
  private static final int SHOWN = 20;

  private final PrintStream out;

  private DryRunText(PrintStream out) {
    this.out = out;
  }

  static void print(DryRunReport report, PrintStream out) {
    new DryRunText(out).print(report);
  }

  private void print(DryRunReport report) {
    out.printf(
        "%s looked at%s%n",
        count(report.keys(), "key"), report.complete() ? "" : "; there are more, see --most");
    report.rules().forEach(this::rule);
    if (report.rules().isEmpty()) {
      out.println("no mapping: nothing is sampled");
    }
    series(report.series());
    report.filters().forEach(this::filter);
    if (report.stale() > 0) {
      out.printf(
          "sources.stale_after: %s too old by the times in :ts%n", count(report.stale(), "value"));
    }
    unmatched(report.unmatched());
    some(report.unsampled(), (key, why) -> out.printf("not sampled: %s %s%n", key, why));
    some(
        report.shared(),
        (key, other) ->
            out.printf("same series: %s and %s; tell them apart by a tag%n", key, other));
  }

  private void rule(DryRunReport.Rule rule) {
    out.printf("%s  %s -> %s%n", rule.path(), rule.pattern(), rule.measurement());
    out.printf(
        "  %s%s%n",
        rule.keys() == 0 ? "matches nothing" : count(rule.keys(), "key"),
        rule.examples().isEmpty() ? "" : ": " + list(rule.examples(), rule.keys()));
    if (rule.shadowed() > 0) {
      out.printf("  %s it matches too, but an earlier rule maps%n", count(rule.shadowed(), "key"));
    }
    rule.tags()
        .forEach((name, tag) -> {
          if (tag.values() > 0) {
            out.printf(
                "  tag %s: %s: %s%n",
                name, count(tag.values(), "value"), list(tag.examples(), tag.values()));
          }
        });
    some(rule.points(), this::point);
    if (!rule.unmapped().isEmpty()) {
      out.printf(
          "  no field for: %s%n",
          list(
              rule.unmapped().entrySet().stream()
                  .limit(SHOWN)
                  .map(one -> one.getKey() + " (" + count(one.getValue(), "key") + ")")
                  .toList(),
              rule.unmapped().size()));
    }
    if (rule.keys() > 0 && !rule.absent().isEmpty()) {
      out.printf(
          "  named, but on no key: %s%n",
          list(rule.absent().stream().limit(SHOWN).toList(), rule.absent().size()));
    }
  }

  private void point(String id, DryRunReport.Point point) {
    var what = new StringBuilder(point.type());
    if (point.counter()) {
      what.append(", counter");
    }
    if (point.unit() != null) {
      what.append(", ").append(point.unit());
    }
    out.printf("  point %s -> %s (%s): %s", id, point.field(), what, count(point.keys(), "key"));
    if (point.example() != null) {
      out.printf(", for example %s", point.example());
    }
    if (point.junk() > 0) {
      out.printf("; %s no number: \"%s\"", count(point.junk(), "time"), point.junkExample());
    }
    out.println();
  }

  private void series(List<DryRunReport.Series> series) {
    for (DryRunReport.Series one : series) {
      out.printf(
          "series  %s %s%s: %d, %s a window%n",
          one.measurement(),
          one.level(),
          one.aggregation() == null ? "" : " aggregation=" + one.aggregation(),
          one.series(),
          count(one.values(), "value"));
    }
  }

  private void filter(DryRunReport.Filter filter) {
    out.printf("%s  %s: asked about %s", filter.path(), filter.name(), count(filter.keys(), "key"));
    if (filter.rows() == 0 && filter.values() == 0) {
      out.println(", keeps all of them now");
      return;
    }
    out.printf(
        "; would %s %s and %s of others now: %s%n",
        filter.action(),
        count(filter.rows(), "row"),
        count(filter.values(), "value"),
        String.join(", ", filter.examples()));
  }

  private void unmatched(List<DryRunReport.Unmatched> kinds) {
    kinds.stream()
        .limit(SHOWN)
        .forEach(one ->
            out.printf(
                "no rule for  %s: %s, for example %s%n",
                one.kind(), count(one.keys(), "key"), one.example()));
    more(kinds.size());
  }

  private interface Line<T> {
    void print(String name, T value);
  }

  private <T> void some(Map<String, T> all, Line<T> line) {
    all.entrySet().stream().limit(SHOWN).forEach(one -> line.print(one.getKey(), one.getValue()));
    more(all.size());
  }

  private void more(int size) {
    if (size > SHOWN) {
      out.printf("  … and %d more: see --json%n", size - SHOWN);
    }
  }

  private static String list(Collection<String> some, long all) {
    return String.join(", ", some) + (all > some.size() ? ", …" : "");
  }

  private static String count(long n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }
}
