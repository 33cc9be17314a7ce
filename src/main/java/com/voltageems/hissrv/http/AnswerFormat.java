package com.voltageems.hissrv.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a table is written. */
enum AnswerFormat {
  /** One object; the whole table is held in memory. */
  JSON("application/json; charset=utf-8"),
  /** RFC 4180, a line per row. */
  CSV("text/csv; charset=utf-8; header=present"),
  /** An object per line. */
  NDJSON("application/x-ndjson; charset=utf-8"),
  /** Columns with types, for programs. */
  PARQUET("application/vnd.apache.parquet");

  private final String contentType;

  AnswerFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /**
   * The one that {@code format} names, else the one that is accepted best, else the first.
   *
   * @param possible those that there are here
   */
  static AnswerFormat of(
      Map<String, List<String>> parameters, @Nullable String accept, List<AnswerFormat> possible) {
    List<String> named = parameters.getOrDefault("format", List.of());
    if (named.isEmpty()) {
      return accepted(accept == null ? "" : accept, possible);
    }
    for (AnswerFormat format : possible) {
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
            .with(
                "expected",
                possible.stream()
                    .map(AnswerFormat::label)
                    .collect(Collectors.joining(", ", "one of ", ""))));
  }

  private static AnswerFormat accepted(String accept, List<AnswerFormat> possible) {
    AnswerFormat best = possible.getFirst();
    double highest = 0;
    for (String part : accept.split(",", -1)) {
      String[] words = part.trim().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
      double quality = 1;
      for (String word : words) {
        if (word.matches("q=[01](\\.\\d{0,3})?")) {
          quality = Double.parseDouble(word.substring(2));
        }
      }
      if (quality > highest) {
        Optional<AnswerFormat> format =
            possible.stream().filter(one -> one.isOfType(words[0])).findFirst();
        if (format.isPresent()) {
          best = format.get();
          highest = quality;
        }
      }
    }
    return best;
  }

  private boolean isOfType(String type) {
    String own = contentType.replaceFirst(";.*", "");
    boolean isAlias =
        this == NDJSON && List.of("application/jsonl", "application/ndjson").contains(type);
    return type.equals(own)
        || type.equals("*/*")
        || type.equals(own.replaceFirst("/.*", "/*"))
        || isAlias;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
