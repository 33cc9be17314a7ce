package com.voltageems.hissrv.ledger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Runs of a day as Redis and its script have them: seconds of the day, by kind. */
final class RunText {
  private static final long SECOND = 1_000;

  private RunText() {}

  /** Adds what a field holds: {@code 2:0-3600,3660-7200 7:120-180}. */
  static void read(String text, long day, Map<Kind, Spans> into) {
    long start = day * DayKeys.DAY;
    for (String runs : text.split(" ", -1)) {
      int colon = runs.indexOf(':');
      Spans spans =
          into.computeIfAbsent(
              Kind.of(Integer.parseInt(runs.substring(0, colon))), _ -> new Spans());
      for (String run : runs.substring(colon + 1).split(",", -1)) {
        int dash = run.indexOf('-');
        spans.add(
            start + Long.parseLong(run.substring(0, dash)) * SECOND,
            start + Long.parseLong(run.substring(dash + 1)) * SECOND);
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
