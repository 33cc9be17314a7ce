package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/** {@code sources:} */
final class SourcesReader {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);
  private static final String GLOB = "a glob over live keys such as comsrv:*:m, without blanks";

  private SourcesReader() {}

  static SourcesConfig read(Value value) {
    var section = Section.of(value, List.of("patterns", "interval", "stale_after"));
    Duration interval =
        section.duration("interval", SourcesConfig.INTERVAL, LEAST, LONGEST_INTERVAL);
    return new SourcesConfig(
        section.get("patterns").map(SourcesReader::patterns).orElseGet(List::of),
        interval,
        section.duration("stale_after", SourcesConfig.staleAfter(interval), LEAST, MOST));
  }

  private static List<String> patterns(Value value) {
    List<Value> items = value.items("a list of globs such as comsrv:*:m");
    var patterns = new LinkedHashSet<String>();
    for (Value item : items) {
      String glob = Section.notBlank(item, GLOB).orElse("");
      if (glob.chars().anyMatch(Character::isWhitespace)) {
        item.mismatch(GLOB);
      } else if (!glob.isEmpty() && !patterns.add(glob)) {
        item.problem(item.shown() + " is given twice");
      }
    }
    if (items.isEmpty() && value.isList()) {
      value.problem("is empty, so nothing would be sampled; leave it out for all keys");
    }
    return List.copyOf(patterns);
  }
}
