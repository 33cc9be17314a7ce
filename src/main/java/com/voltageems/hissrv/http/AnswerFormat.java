package com.voltageems.hissrv.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a table is written. */
enum AnswerFormat {
  /** One object; the whole table is held in memory. */
  JSON("application/json; charset=utf-8"),
  /** RFC 4180, a line per row. */
  CSV("text/csv; charset=utf-8; header=present"),
  /** An object per line. */
  NDJSON("application/x-ndjson; charset=utf-8");

  private final String contentType;

  AnswerFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** The one that {@code format} names, else the one that is accepted best, else JSON. */
  static AnswerFormat of(Map<String, List<String>> parameters, @Nullable String accept) {
    List<String> named = parameters.getOrDefault("format", List.of());
    if (named.isEmpty()) {
      return accepted(accept == null ? "" : accept);
    }
    for (AnswerFormat format : values()) {
      if (named.equals(List.of(format.label()))) {
        return format;
      }
    }
    throw new ProblemException(
        Problem.of(
                400,
                "bad-parameter",
                "A parameter can't be understood",
                "'" + Text.shown(String.join(", ", named)) + "' is not a format.")
            .with("parameter", "format")
            .with("expected", "one of json, csv, ndjson"));
  }

  private static AnswerFormat accepted(String accept) {
    AnswerFormat best = JSON;
    double highest = 0;
    for (String part : accept.split(",", -1)) {
      String[] words = part.trim().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
      double quality = 1;
      for (String word : words) {
        if (word.matches("q=[01](\\.\\d{0,3})?")) {
          quality = Double.parseDouble(word.substring(2));
        }
      }
      Optional<AnswerFormat> format = ofType(words[0]);
      if (format.isPresent() && quality > highest) {
        best = format.get();
        highest = quality;
      }
    }
    return best;
  }

  private static Optional<AnswerFormat> ofType(String type) {
    return switch (type) {
      case "*/*", "application/*", "application/json" -> Optional.of(JSON);
      case "text/*", "text/csv" -> Optional.of(CSV);
      case "application/x-ndjson", "application/jsonl", "application/ndjson" -> Optional.of(NDJSON);
      default -> Optional.empty();
    };
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
