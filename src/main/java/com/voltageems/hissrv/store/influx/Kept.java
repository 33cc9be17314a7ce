package com.voltageems.hissrv.store.influx;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * How long something is kept, in the words of InfluxDB's generations.
 *
 * @param time empty for ever
 */
record Kept(Optional<Duration> time) {
  /** Zero is for ever. */
  static Kept ofSeconds(long seconds) {
    return new Kept(seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)));
  }

  /** As 1.x shows it: {@code 720h0m0s}; for ever where it can't be read. */
  static Kept parse(String shown) {
    try {
      return ofSeconds(Duration.parse("PT" + shown).toSeconds());
    } catch (DateTimeParseException e) {
      return new Kept(Optional.empty());
    }
  }

  long seconds() {
    return time.map(Duration::toSeconds).orElse(0L);
  }

  String influxQl() {
    return time.map(t -> t.toSeconds() + "s").orElse("INF");
  }

  /** For people. */
  String text() {
    return time.map(t -> t.toSeconds() % 86_400 == 0 ? t.toDays() + "d" : t.toHours() + "h")
        .orElse("forever");
  }

  boolean isShorterThan(Kept other) {
    return time.isPresent() && (other.time.isEmpty() || time.get().compareTo(other.time.get()) < 0);
  }

  /** How something that was found stands beside what is wanted, which is this. */
  SetupStep beside(Kept found, String what) {
    return found.isShorterThan(this)
        ? new SetupStep(
            SetupStep.Outcome.DIFFERS,
            "%s keeps history for %s, store.retention says %s; what is older than that is refused, lengthen it there"
                .formatted(what, found.text(), text()))
        : new SetupStep(SetupStep.Outcome.FOUND, "%s, kept %s".formatted(what, found.text()));
  }
}
