package com.voltageems.hissrv.ledger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Runs of a day as Redis and its script have them: seconds of the day, by kind. */
final class RunText {
  private static final long SECOND = 1_000;
  private static final Pattern RUNS = Pattern.compile("\\b(\\d{1,3}):([\\d,-]+)");
  private static final Pattern RUN = Pattern.compile("\\b(\\d{1,5})-(\\d{1,5})\\b");

  private RunText() {}

  /**
   * Adds what a field holds: {@code 2:0-3600,3660-7200 7:120-180}. What is no run, or of a kind
   * that a later version knows, is left out.
   */
  static void read(String text, long day, Map<Kind, Spans> into) {
    long start = day * DayKeys.DAY;
    var runs = RUNS.matcher(text);
    while (runs.find()) {
      int code = Integer.parseInt(runs.group(1));
      if (code < Kind.values().length) {
        Spans spans = into.computeIfAbsent(Kind.of(code), _ -> new Spans());
        var run = RUN.matcher(runs.group(2));
        while (run.find()) {
          spans.add(
              start + Long.parseLong(run.group(1)) * SECOND,
              start + Long.parseLong(run.group(2)) * SECOND);
        }
      }
    }
  }

  /** What marks change, for the script, by day. */
  static Map<Long, String> changes(Map<Kind, Spans> kinds) {
    var byDay = new TreeMap<Long, List<String>>();
    kinds.forEach((kind, spans) -> {
      byDay(spans)
          .forEach((day, runs) -> {
            List<String> changes = byDay.computeIfAbsent(day, _ -> new ArrayList<>());
            changes.add("+" + kind.code + ":" + runs);
            kind.ends().stream()
                .sorted()
                .forEach(ended -> changes.add("-" + ended.code + ":" + runs));
          });
    });
    var text = new TreeMap<Long, String>();
    byDay.forEach((day, changes) -> text.put(day, String.join(";", changes)));
    return text;
  }

  private static Map<Long, String> byDay(Spans spans) {
    var byDay = new TreeMap<Long, StringBuilder>();
    spans.forEach((start, stop) ->
        eachDay(
            Math.floorDiv(start, SECOND),
            Math.ceilDiv(stop, SECOND),
            (day, run) -> {
              StringBuilder runs = byDay.computeIfAbsent(day, _ -> new StringBuilder());
              runs.append(runs.isEmpty() ? "" : ",").append(run);
            }));
    var text = new TreeMap<Long, String>();
    byDay.forEach((day, runs) -> text.put(day, runs.toString()));
    return text;
  }

  private static void eachDay(long start, long stop, BiConsumer<Long, String> run) {
    long length = DayKeys.DAY / SECOND;
    for (long from = start; from < stop; ) {
      long day = Math.floorDiv(from, length);
      long end = Math.min(stop, (day + 1) * length);
      run.accept(day, (from - day * length) + "-" + (end - day * length));
      from = end;
    }
  }

  /** Of no text, nothing. */
  static Map<Kind, Spans> none() {
    return new EnumMap<>(Kind.class);
  }
}
