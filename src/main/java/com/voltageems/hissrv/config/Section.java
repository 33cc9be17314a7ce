package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Nearest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A mapping whose keys are known beforehand: any other key is a problem. */
final class Section {
  private final Value value;
  private final Map<String, Value> entries;
  private final Set<String> required = new HashSet<>();

  private Section(Value value, Map<String, Value> entries) {
    this.value = value;
    this.entries = entries;
  }

  /** Reads the keys. A section with nothing in it (all commented out) is one without keys. */
  static Section of(Value value, List<String> known) {
    return of(value, known, List.of());
  }

  /** Also names keys of the product that are not built yet. */
  static Section of(Value value, List<String> known, Collection<String> unbuilt) {
    Map<String, Value> entries = value.entries("a mapping with " + String.join(", ", known), known);
    entries.forEach((key, entry) -> {
      if (unbuilt.contains(key)) {
        entry.keyProblem(notBuilt(value, key));
      } else if (!known.contains(key)) {
        String near =
            Nearest.typoOf(key, known).map(k -> "; did you mean \"" + k + "\"?").orElse(".");
        entry.keyProblem(
            "unknown key "
                + Value.quoted(key)
                + near
                + " Allowed here: "
                + String.join(", ", known));
      }
    });
    return new Section(value, entries);
  }

  private static String notBuilt(Value value, String key) {
    String what = value.path().isEmpty() ? "section '" + key + "'" : "setting '" + key + "'";
    return what + " is not built yet in this version; remove it or comment it out";
  }

  /** The value of a key, when it is there. */
  Optional<Value> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** The value of a key that must be there; empty (and a problem) when it isn't. */
  Optional<Value> require(String key) {
    if (required.add(key)) {
      value.shape().require(key);
    }
    Optional<Value> found = get(key);
    if (found.isEmpty()) {
      value.problem("\"" + key + "\" is missing");
    }
    return found;
  }

  /** What was found at a key, for people. */
  String shown(String key) {
    return get(key).map(Value::shown).orElse("nothing");
  }

  /** A text that is not blank. */
  String text(String key, String whenAbsent) {
    return get(key).flatMap(v -> notBlank(v, "a text")).orElse(whenAbsent);
  }

  /** A text that must be there and not blank; empty (and a problem) otherwise. */
  Optional<String> requiredText(String key, String allowed) {
    return require(key).flatMap(v -> notBlank(v, allowed));
  }

  static Optional<String> notBlank(Value value, String allowed) {
    Optional<String> text = value.text(allowed);
    if (text.isPresent() && text.get().isBlank()) {
      value.mismatch(allowed);
      return Optional.empty();
    }
    return text.map(String::strip);
  }

  /** A whole number in decimal digits, bounds inclusive. */
  int integer(String key, int whenAbsent, int least, int most) {
    return get(key).flatMap(v -> integer(v, least, most)).orElse(whenAbsent);
  }

  static Optional<Integer> integer(Value value, int least, int most) {
    String allowed = "a whole number from " + least + " to " + most;
    value.shape().integer(least, most);
    Optional<String> text = value.scalar(allowed);
    Optional<Integer> number =
        text.filter(t -> t.matches("\\d{1,9}"))
            .map(Integer::valueOf)
            .filter(n -> n >= least && n <= most);
    if (text.isPresent() && number.isEmpty()) {
      value.mismatch(allowed);
    }
    return number;
  }

  /** Bounds inclusive. */
  Duration duration(String key, Duration whenAbsent, Duration least, Duration most) {
    String range = " from " + Durations.format(least) + " to " + Durations.format(most);
    return get(key).flatMap(v -> duration(v, range, least, most)).orElse(whenAbsent);
  }

  /** As {@link #duration(String, Duration, Duration, Duration)}, empty when it is not there. */
  Optional<Duration> length(String key, Duration least, Duration most) {
    String range = " from " + Durations.format(least) + " to " + Durations.format(most);
    return get(key).flatMap(v -> duration(v, range, least, most));
  }

  private static Optional<Duration> duration(
      Value value, String range, Duration least, Duration most) {
    value.shape().form(Durations.FORM);
    Optional<String> text = value.scalar(Durations.ALLOWED + range);
    Optional<Duration> duration =
        text.flatMap(Durations::parse)
            .filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0);
    if (text.isPresent() && duration.isEmpty()) {
      value.mismatch(Durations.ALLOWED + "," + range);
    }
    return duration;
  }

  /** Bytes, bounds inclusive. */
  long size(String key, long whenAbsent, long least, long most) {
    String allowed = Sizes.ALLOWED + ", from " + Sizes.format(least) + " to " + Sizes.format(most);
    Optional<Value> value = get(key);
    value.ifPresent(v -> v.shape().form(Sizes.FORM));
    Optional<String> text = value.flatMap(v -> v.scalar(allowed));
    Optional<Long> bytes = text.flatMap(Sizes::parse).filter(n -> n >= least && n <= most);
    if (text.isPresent() && bytes.isEmpty()) {
      value.get().mismatch(allowed);
    }
    return bytes.orElse(whenAbsent);
  }

  /**
   * {@code true} or {@code false}, nothing else: YAML's {@code yes}, {@code on}, … are ambiguous.
   */
  boolean flag(String key, boolean whenAbsent) {
    Optional<Value> value = get(key);
    value.ifPresent(v -> v.shape().flag());
    Optional<String> text = value.flatMap(v -> v.scalar("true or false"));
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      value.get().mismatch("true or false");
    }
    return text.map(Boolean::parseBoolean).orElse(whenAbsent);
  }
}
