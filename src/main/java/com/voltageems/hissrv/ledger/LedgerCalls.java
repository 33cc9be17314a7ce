package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.redis.ScriptCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code ledger.lua} is called with. */
record LedgerCalls(Duration retention) {
  /** A call takes Redis well under a millisecond. */
  private static final int FIELDS_AT_ONCE = 100;

  /** Of sources seen for the first time. */
  List<ScriptCall> sinces(Map<String, Long> sourcesSince) {
    var byKey = new LinkedHashMap<String, List<String>>();
    sourcesSince.forEach((source, start) -> {
      List<String> pairs = byKey.computeIfAbsent(DayKeys.sinceOf(source), _ -> new ArrayList<>());
      pairs.add(source);
      pairs.add(Long.toString(start / 1_000));
    });
    return byKey.entrySet().stream().map(part -> since(part.getKey(), part.getValue())).toList();
  }

  /** Pairs of a source and an epoch second. */
  ScriptCall since(String key, List<String> pairs) {
    return call(key, "since", retention, pairs);
  }

  /** Of what was learnt, but for days that are not kept any more. */
  List<ScriptCall> runs(Marks marks, long nowMillis) {
    var byKey = new LinkedHashMap<String, List<String>>();
    var toLive = new HashMap<String, Duration>();
    marks
        .windows()
        .forEach((subject, kinds) ->
            RunText.changes(told(subject, kinds))
                .forEach((day, changes) -> {
                  Duration left = DayKeys.timeToLive(day, retention, nowMillis);
                  if (left.isPositive()) {
                    String key = DayKeys.ofDay(subject, day);
                    toLive.put(key, left);
                    List<String> pairs = byKey.computeIfAbsent(key, _ -> new ArrayList<>());
                    pairs.add(DayKeys.field(subject.source(), subject.level()));
                    pairs.add(changes);
                  }
                }));
    var calls = new ArrayList<ScriptCall>();
    byKey.forEach((key, pairs) -> {
      for (int i = 0; i < pairs.size(); i += 2 * FIELDS_AT_ONCE) {
        List<String> some = pairs.subList(i, Math.min(i + 2 * FIELDS_AT_ONCE, pairs.size()));
        calls.add(call(key, "runs", toLive.getOrDefault(key, retention), some));
      }
    });
    return calls;
  }

  /** That this instance was down says nothing: others may have swept meanwhile. */
  private static Map<Kind, Spans> told(Marks.Subject subject, Map<Kind, Spans> kinds) {
    if (!subject.equals(Marks.Subject.SITE)) {
      return kinds;
    }
    Map<Kind, Spans> told = RunText.none();
    told.putAll(kinds);
    told.remove(Kind.HISSRV_DOWN);
    return told;
  }

  private static ScriptCall call(
      String key, String operation, Duration toLive, List<String> pairs) {
    return new ScriptCall(
        List.of(key),
        Stream.concat(
                Stream.of(operation, Long.toString(Math.max(1, toLive.toSeconds()))),
                pairs.stream())
            .toList());
  }
}
