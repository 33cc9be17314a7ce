package com.voltageems.hissrv.aggregate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What a source keeps more than the usual statistics, in the script's JSON ({@code more}). */
final class SourceSettings {
  private static final double MILLIS_PER_HOUR = 3_600_000;
  private static final JsonMapper JSON = new JsonMapper();

  private final Mapping mapping;
  private final SampleRules rules;
  private final Map<String, Boolean> filtered = new ConcurrentHashMap<>();
  private final Map<String, String> untimed = new ConcurrentHashMap<>();
  private final Map<String, String> timed = new ConcurrentHashMap<>();

  SourceSettings(Mapping mapping, SampleRules rules) {
    this.mapping = mapping;
    this.rules = rules;
  }

  /**
   * Empty where it keeps no more.
   *
   * @param hasTimes whether there are times of its values
   */
  String of(String live, boolean hasTimes) {
    return (hasTimes ? timed : untimed)
        .computeIfAbsent(
            live, key -> mapping.of(key).map(source -> more(source, hasTimes)).orElse(""));
  }

  /** Whether its samples are judged, by filters or by the times of its values. */
  boolean judges(String live, boolean hasTimes) {
    return hasTimes || filtered.computeIfAbsent(live, key -> !rules.of(key).isEmpty());
  }

  private String more(MappedSource source, boolean timed) {
    String levels =
        source.functionLevels().stream().map(Level::name).collect(Collectors.joining(" "));
    var more = JSON.createObjectNode();
    rules.addTo(more, source.sourceKey(), timed);
    if (!levels.isEmpty()) {
      more.put("values", levels);
    }
    if (!source.needsExtendedStatistics()) {
      return more.isEmpty() ? "" : more.toString();
    }
    more.put("hold", rules.sources().staleAfter().toMillis());
    var meters = more.putObject("meters");
    source
        .counters()
        .forEach((point, counter) ->
            meters
                .putArray(point)
                .add(counter.register())
                .add(counter.maxRate() / MILLIS_PER_HOUR));
    return more.toString();
  }
}
