package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request's parameters; throws {@link ProblemException} for bad ones. */
final class Parameters {
  private final Map<String, List<String>> given;

  private Parameters(Map<String, List<String>> given) {
    this.given = given;
  }

  /**
   * Refuses what is not known, or empty.
   *
   * @param repeatable the one that may be given more than once; empty for none
   */
  static Parameters of(@Nullable String query, Set<String> names, String repeatable) {
    Map<String, List<String>> given = QueryString.parse(query);
    var known = new TreeSet<>(names);
    given.forEach((name, values) -> {
      if (!known.contains(name)) {
        throw bad(
            name,
            "there is no such parameter",
            known.isEmpty() ? "none" : "one of " + String.join(", ", known),
            Nearest.to(name, known));
      }
      if (values.size() > 1 && !name.equals(repeatable)) {
        throw bad(name, "it is given twice", "once");
      }
      if (values.contains("")) {
        throw bad(name, "it is empty", "a value");
      }
    });
    return new Parameters(given);
  }

  /** Of parameters that are given once at most. */
  static Parameters of(@Nullable String query, Set<String> names) {
    return of(query, names, "");
  }

  boolean has(String name) {
    return given.containsKey(name);
  }

  boolean isTrue(String name) {
    String text = text(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (!text.equals("true")) {
      throw bad(name, "'" + Text.shown(text) + "' is neither", "true or false");
    }
    return true;
  }

  long number(String name, long otherwise, long least, long most) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    String expected = "a whole number from %d to %d".formatted(least, most);
    long number = parse(name, text, expected);
    if (number < least || number > most) {
      throw bad(name, "'" + Text.shown(text) + "' is out of range", expected);
    }
    return number;
  }

  /** All values of one that may be repeated. */
  List<String> all(String name) {
    return given.getOrDefault(name, List.of());
  }

  @Nullable String text(String name) {
    List<String> values = given.get(name);
    return values == null ? null : values.getFirst();
  }

  /** One that must be there, as {@code reading} takes it: null for what it does not. */
  <T> T needed(String name, String expected, Function<String, @Nullable T> reading) {
    String text = text(name);
    if (text == null) {
      throw bad(name, "it is missing", expected);
    }
    T read = reading.apply(text);
    if (read == null) {
      throw bad(name, "'" + Text.shown(text) + "' is none", expected);
    }
    return read;
  }

  static long parse(String name, String text, String expected) {
    if (!text.matches("\\d{1,18}")) {
      throw bad(name, "'" + Text.shown(text) + "' is no number", expected);
    }
    return Long.parseLong(text);
  }

  static ProblemException bad(String name, String why, String expected) {
    return bad(name, why, expected, List.of());
  }

  private static ProblemException bad(
      String name, String why, String expected, List<String> nearest) {
    var problem =
        Problem.of(
                400,
                "bad-parameter",
                "A parameter is not usable",
                "'%s': %s; %s is expected.".formatted(Text.shown(name), why, expected))
            .with("parameter", name)
            .with("expected", expected);
    return new ProblemException(nearest.isEmpty() ? problem : problem.with("nearest", nearest));
  }
}
