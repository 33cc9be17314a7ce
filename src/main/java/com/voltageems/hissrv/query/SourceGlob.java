package com.voltageems.hissrv.query;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A pattern of live keys: {@code *} is any text, {@code ?} any one character. */
final class SourceGlob {
  private SourceGlob() {}

  /**
   * @throws QueryProblem when it is empty
   */
  static Predicate<String> parse(String glob) {
    if (glob.isEmpty()) {
      throw QueryProblem.badParameter(
          "source",
          "'source' has no value, and no live key is empty.",
          "a live key or a pattern, for example comsrv:1001:m or comsrv:*:m");
    }
    String regex =
        glob.chars()
            .mapToObj(c ->
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(c));
                })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).asMatchPredicate();
  }
}
