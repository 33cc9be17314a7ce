package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.outbox.QuarantineFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of {@code /quarantine}; throws {@link ProblemException} for bad ones. */
final class QuarantineParameters {
  static final Set<String> FILTER = Set.of("reason", "measurement", "entry");
  static final int MOST_LISTED = 1_000;

  private static final String ID = "a whole number, as GET /quarantine lists it";

  private final Map<String, List<String>> given;

  private QuarantineParameters(Map<String, List<String>> given) {
    this.given = given;
  }

  /** Refuses what is neither a filter nor one of {@code others}. */
  static QuarantineParameters of(@Nullable String query, Set<String> others) {
    Map<String, List<String>> given = QueryString.parse(query);
    var known = new TreeSet<>(others);
    known.addAll(FILTER);
    given.forEach((name, values) -> {
      if (!known.contains(name)) {
        throw bad(
            name,
            "there is no such parameter",
            "one of " + String.join(", ", known),
            Nearest.to(name, known));
      }
      if (values.size() > 1 && !name.equals("id")) {
        throw bad(name, "it is given twice", "once");
      }
      if (values.contains("")) {
        throw bad(name, "it is empty", "a value");
      }
    });
    return new QuarantineParameters(given);
  }

  QuarantineFilter filter() {
    return new QuarantineFilter(text("reason"), text("measurement"), text("entry"));
  }

  boolean hasFilter() {
    return FILTER.stream().anyMatch(given::containsKey);
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

  List<Long> ids() {
    var ids = new ArrayList<Long>();
    for (String text : given.getOrDefault("id", List.of())) {
      ids.add(id(text));
    }
    return ids;
  }

  static long id(String text) {
    return parse("id", text, ID);
  }

  private @Nullable String text(String name) {
    List<String> values = given.get(name);
    return values == null ? null : values.getFirst();
  }

  private static long parse(String name, String text, String expected) {
    if (!text.matches("\\d{1,18}")) {
      throw bad(name, "'" + Text.shown(text) + "' is no number", expected);
    }
    return Long.parseLong(text);
  }

  private static ProblemException bad(String name, String why, String expected) {
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
