package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code lease:} */
final class LeaseReader {
  private static final Duration LEAST = Duration.ofSeconds(3);
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Duration LEAST_LEDGER = Duration.ofDays(2);
  private static final Duration MOST_LEDGER = Duration.ofDays(3_660);
  private static final int MOST_SHARDS = 1_024;
  private static final String NAME = "letters, digits, '.', '_' and '-', at most 64 of them";

  private LeaseReader() {}

  /**
   * Reads the section.
   *
   * @param store where history goes; the embedded one belongs to one process
   */
  static LeaseConfig read(Value value, StoreConfig store) {
    var section =
        Section.of(value, List.of("enabled", "ttl", "shards", "instance", "ledger_retention"));
    LeaseConfig defaults = LeaseConfig.defaults();
    boolean enabled = section.flag("enabled", defaults.enabled());
    if (enabled && store.also().isPresent()) {
      section
          .get("enabled")
          .ifPresent(v -> v.problem("several instances can't yet share store.also; remove either"));
    }
    if (enabled && store.type() == StoreType.SQLITE) {
      section
          .get("enabled")
          .ifPresent(v ->
              v.problem(
                  "several instances need a store that all of them reach: the embedded one belongs"
                      + " to one; set store.type to influxdb, or this to false"));
    }
    return new LeaseConfig(
        enabled,
        section.duration("ttl", defaults.ttl(), LEAST, MOST),
        section.integer("shards", defaults.shards(), 1, MOST_SHARDS),
        section.get("instance").flatMap(LeaseReader::name).orElseGet(defaults::instance),
        section.duration(
            "ledger_retention", defaults.ledgerRetention(), LEAST_LEDGER, MOST_LEDGER));
  }

  private static Optional<String> name(Value value) {
    Optional<String> text = Section.notBlank(value, NAME);
    if (text.isPresent() && !text.get().matches("[\\w.-]{1,64}")) {
      value.mismatch(NAME);
      return Optional.empty();
    }
    return text;
  }
}
