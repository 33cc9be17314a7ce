package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.StoreException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question that gets no answer, with what the asker needs to ask a better one. The message is one
 * or two sentences for a person; the facts are the same for a program.
 */
public final class QueryProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN_CHARS = 80;

  private final int status;
  private final String type;
  private final String title;
  private final transient Map<String, Object> facts;

  private QueryProblem(
      int status, String type, String title, String detail, Map<String, Object> facts) {
    super(detail);
    this.status = status;
    this.type = type;
    this.title = title;
    this.facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** A value that is not what it should be. */
  public static QueryProblem badParameter(String parameter, String detail, String expected) {
    return new QueryProblem(
        400,
        "bad-parameter",
        "A parameter can't be understood",
        detail,
        facts("parameter", parameter, "expected", expected));
  }

  /** A value that is none of those there are. */
  static QueryProblem badChoice(
      String parameter, String given, Collection<String> choices, List<String> nearest) {
    String expected = "one of " + String.join(", ", choices);
    return new QueryProblem(
        400,
        "bad-parameter",
        "A parameter can't be understood",
        "'%s' is not something that '%s' can be.%s"
            .formatted(shown(given), parameter, guess(nearest)),
        facts("parameter", parameter, "expected", expected, "nearest", nearest));
  }

  /** Neither a stored field nor what statistics belong to. */
  public static QueryProblem unknownField(String field, String measurement, List<String> nearest) {
    return new QueryProblem(
        400,
        "unknown-field",
        "No such field",
        "%s has neither a field '%s' nor statistics of one.%s"
            .formatted(measurement, shown(field), guess(nearest)),
        facts(
            "parameter",
            "fields",
            "expected",
            "a stored field, or the name that its statistics begin with",
            "nearest",
            nearest));
  }

  /** What is stored does not tell this. */
  static QueryProblem missingStatistic(
      String function, String field, Collection<String> missing, String why) {
    String names = String.join(", ", missing);
    return new QueryProblem(
        400,
        "missing-statistic",
        "What is stored does not tell this",
        "%s of %s can't be told exactly from what is stored%s. Store %s in mappings[].statistics."
            .formatted(function, shown(field), why, names),
        facts(
            "parameter",
            "fn",
            "expected",
            "store " + names + " in mappings[].statistics",
            "field",
            field,
            "statistics",
            List.copyOf(missing)));
  }

  private static String guess(List<String> nearest) {
    return nearest.isEmpty() ? "" : " Nearest: " + String.join(", ", nearest) + ".";
  }

  static QueryProblem missingMeasurement() {
    return new QueryProblem(
        400,
        "missing-parameter",
        "A parameter is missing",
        "Say which measurement to read, for example measurement=telemetry.",
        facts("parameter", "measurement", "expected", "a measurement's name"));
  }

  static QueryProblem duplicated(String parameter) {
    return new QueryProblem(
        400,
        "duplicated-parameter",
        "A parameter is given more than once",
        "'" + shown(parameter) + "' is given more than once; it takes one value.",
        facts("parameter", parameter, "expected", "one value"));
  }

  /** Nothing is stored under this name. */
  public static QueryProblem unknownMeasurement(
      String measurement, List<String> nearest, int held) {
    String guess =
        held == 0
            ? " The store holds no history yet."
            : nearest.isEmpty() ? "" : " Nearest: " + String.join(", ", nearest) + ".";
    return new QueryProblem(
        404,
        "unknown-measurement",
        "No such measurement",
        "Nothing is stored under the measurement '" + shown(measurement) + "'." + guess,
        facts("parameter", "measurement", "nearest", nearest));
  }

  /** Nothing is stored of a live hash's field. */
  static QueryProblem unknownPoint(String source, String point, List<String> nearest) {
    return new QueryProblem(
        404,
        "unknown-point",
        "No such point",
        "Nothing is stored of the point '%s' of %s.%s"
            .formatted(shown(point), shown(source), guess(nearest)),
        facts("parameter", "point_id", "nearest", nearest));
  }

  /** A parameter that must be there is not. */
  public static QueryProblem missing(String parameter, String expected) {
    return new QueryProblem(
        400,
        "missing-parameter",
        "A parameter is missing",
        "'" + parameter + "' is not given.",
        facts("parameter", parameter, "expected", expected));
  }

  /** No series of the measurement has it. */
  public static QueryProblem unknownTag(
      String tag, String measurement, String expected, List<String> nearest) {
    String guess = nearest.isEmpty() ? "" : " Nearest: " + String.join(", ", nearest) + ".";
    return new QueryProblem(
        400,
        "unknown-tag",
        "No such tag",
        "'%s' is neither a parameter nor a tag of %s.%s".formatted(shown(tag), measurement, guess),
        facts("parameter", tag, "expected", expected, "nearest", nearest));
  }

  static QueryProblem unknownSeries(String measurement) {
    return new QueryProblem(
        404,
        "unknown-series",
        "No such series",
        "No series of " + shown(measurement) + " has these tags. /series lists those there are.",
        Map.of());
  }

  static QueryProblem unknownLevel(String interval, String measurement, String levels) {
    return new QueryProblem(
        400,
        "unknown-level",
        "No such level",
        "%s is not stored at the level '%s'; it is at %s."
            .formatted(measurement, shown(interval), levels),
        facts("parameter", "interval", "expected", "one of " + levels));
  }

  /** More than memory allows. */
  public static QueryProblem answerTooLarge(String what, long limit, String hint) {
    return new QueryProblem(
        400,
        "answer-too-large",
        "The answer would be too large",
        "The answer would have more than %,d %s. A shorter range, a tag filter or a coarser interval makes it smaller.%s"
            .formatted(limit, what, hint),
        facts("limit", limit, "expected", "a narrower question"));
  }

  /** There is no series of exactly these tags. */
  public static QueryProblem unknownSeries(SeriesKey series, List<String> like) {
    return new QueryProblem(
        404,
        "unknown-series",
        "No such series",
        "Nothing is stored of %s with exactly the tags %s."
            .formatted(shown(series.measurement()), shown(series.tags().toString())),
        facts("parameter", "tags", "expected", "all tags of one series", "nearest", like));
  }

  /** More than is deleted at once. */
  public static QueryProblem tooManyRows(long limit) {
    return new QueryProblem(
        400,
        "too-many-rows",
        "Too much at once",
        "More than %,d rows would be deleted. Nothing is; take a shorter range or name a tag."
            .formatted(limit),
        facts("limit", limit, "expected", "a narrower choice"));
  }

  /** This store has no such thing. */
  public static QueryProblem cannotDelete(Throwable cause) {
    return new QueryProblem(
        501,
        "cannot-delete",
        "This store can't delete that",
        "Nothing is deleted: " + cause.getMessage() + ".",
        Map.of());
  }

  /** The store can't be read now. */
  public static QueryProblem storeDown(Throwable cause) {
    var problem =
        new QueryProblem(
            503,
            "store-unavailable",
            "The store can't be read now",
            "The store did not answer. Nothing is lost: ask again in a moment; /health says how it is.",
            Map.of());
    problem.initCause(cause);
    return problem;
  }

  /** The second store did not do its part of what must be done in both. */
  public static QueryProblem alsoDown(StoreException cause) {
    if (cause.kind() == StoreException.Kind.UNSUPPORTED) {
      return cannotDelete(cause);
    }
    var problem =
        new QueryProblem(
            503,
            "store-unavailable",
            "The second store can't be asked now",
            "store.also did not answer, and what is deleted must be deleted in both stores. Nothing is"
                + " changed in the first: ask again when also_store in /health is up.",
            Map.of());
    problem.initCause(cause);
    return problem;
  }

  /** As much is being done as may be at once. */
  public static QueryProblem busy(String detail) {
    return new QueryProblem(429, "busy", "Too many at once", detail, Map.of());
  }

  /** Of questions that take no tags. */
  public static QueryProblem unknownParameter(String parameter, Collection<String> expected) {
    List<String> nearest = Nearest.to(parameter, expected);
    String guess = nearest.isEmpty() ? "" : " Nearest: " + String.join(", ", nearest) + ".";
    return new QueryProblem(
        400,
        "unknown-parameter",
        "No such parameter",
        "'" + shown(parameter) + "' is not a parameter of this question." + guess,
        facts(
            "parameter",
            parameter,
            "expected",
            "one of " + String.join(", ", expected),
            "nearest",
            nearest));
  }

  /** Redis can't be asked now. */
  public static QueryProblem redisDown(Throwable cause) {
    var problem =
        new QueryProblem(
            503,
            "redis-unavailable",
            "Redis can't be asked now",
            "Redis did not answer: what it still holds is not known. /health says how it is.",
            Map.of());
    problem.initCause(cause);
    return problem;
  }

  /** The ledger's file can't be read now. */
  public static QueryProblem ledgerDown(Throwable cause) {
    var problem =
        new QueryProblem(
            503,
            "ledger-unavailable",
            "The ledger can't be read now",
            "The ledger's file, or with leases Redis, can't be read. Collecting and delivering go on as"
                + " they can; /health says how it is.",
            Map.of());
    problem.initCause(cause);
    return problem;
  }

  /** What was sent, short enough for a sentence. */
  static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static Map<String, Object> facts(Object... namesAndValues) {
    var facts = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!List.of().equals(namesAndValues[i + 1])) {
        facts.put((String) namesAndValues[i], namesAndValues[i + 1]);
      }
    }
    return facts;
  }

  /** The HTTP status that fits: 400, 404, 429, 501 or 503. */
  public int status() {
    return status;
  }

  /** A name for this kind of problem that does not change: lower case, hyphens. */
  public String type() {
    return type;
  }

  /** The kind of problem in a few words, the same for all of a type. */
  public String title() {
    return title;
  }

  /**
   * Details by name, in the order to show them: {@code parameter}, {@code expected}, {@code
   * nearest}, {@code limit} where they apply. Values are strings, numbers or lists of strings.
   */
  public Map<String, Object> facts() {
    return facts;
  }
}
