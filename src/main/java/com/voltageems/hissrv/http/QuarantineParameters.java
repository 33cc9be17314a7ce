package com.voltageems.hissrv.http;

import com.voltageems.hissrv.outbox.QuarantineFilter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of {@code /quarantine}; throws {@link ProblemException} for bad ones. */
final class QuarantineParameters {
  static final Set<String> FILTER = Set.of("reason", "measurement", "entry");
  static final int MOST_LISTED = 1_000;

  private static final String ID = "a whole number, as GET /quarantine lists it";

  private final Parameters given;

  private QuarantineParameters(Parameters given) {
    this.given = given;
  }

  /** Refuses what is neither a filter nor one of {@code others}. */
  static QuarantineParameters of(@Nullable String query, Set<String> others) {
    var known = new TreeSet<>(others);
    known.addAll(FILTER);
    known.add(Shelves.STORE);
    return new QuarantineParameters(Parameters.of(query, known, "id"));
  }

  QuarantineFilter filter() {
    return new QuarantineFilter(
        given.text("reason"), given.text("measurement"), given.text("entry"));
  }

  boolean hasFilter() {
    return FILTER.stream().anyMatch(given::has);
  }

  boolean isTrue(String name) {
    return given.isTrue(name);
  }

  long number(String name, long otherwise, long least, long most) {
    return given.number(name, otherwise, least, most);
  }

  List<Long> ids() {
    return given.all("id").stream().map(QuarantineParameters::id).toList();
  }

  static long id(String text) {
    return Parameters.parse("id", text, ID);
  }
}
