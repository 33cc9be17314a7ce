package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code store.retention:} */
final class RetentionReader {
  private static final String LEVELS = "a mapping of levels, such as 1m: 30d";
  static final String LEVEL = "a level such as 1m, 5m, 1h, 1d or raw";
  private static final String KEPT = "forever or whole days or years from 1d to 100y, such as 30d";
  private static final Duration LEAST = Duration.ofDays(1);
  private static final Duration MOST = Duration.ofDays(100 * 365);

  private RetentionReader() {}

  static Retention read(Value value) {
    var configured = new LinkedHashMap<Level, Duration>();
    var entries = value.isNull() ? Map.<String, Value>of() : value.entries(LEVELS);
    entries.forEach((name, kept) -> {
      Optional<Level> level = Level.parse(name);
      if (level.isEmpty()) {
        kept.keyProblem(Value.quoted(name) + " is no level; allowed is " + LEVEL);
      }
      Optional<Duration> duration = kept(kept);
      if (level.isPresent() && duration.isPresent()) {
        configured.put(level.get(), duration.get());
      }
    });
    return new Retention(configured, true);
  }

  private static Optional<Duration> kept(Value value) {
    Optional<String> text = value.text(KEPT);
    if (text.isEmpty() || text.get().equals("forever")) {
      return text.map(forever -> Retention.FOREVER);
    }
    Optional<Duration> kept =
        text.filter(t -> t.endsWith("d") || t.endsWith("y"))
            .flatMap(Durations::parse)
            .filter(d -> d.compareTo(LEAST) >= 0 && d.compareTo(MOST) <= 0);
    if (kept.isEmpty()) {
      value.mismatch(KEPT);
    }
    return kept;
  }
}
