package com.voltageems.hissrv.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${VAR}} and {@code ${VAR:-default}}; a doubled dollar sign before the brace
 * stands for itself. As in a shell, the default also serves for a variable that is empty.
 */
final class Placeholders {
  private static final Pattern START = Pattern.compile("\\$?\\$\\{");
  private static final Pattern INSIDE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}", Pattern.DOTALL);

  private final Map<String, String> environment;

  Placeholders(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Whether a text has any, so that its expansion must not be shown. */
  static boolean isIn(String text) {
    return text.contains("${");
  }

  /**
   * The text with the variables' values.
   *
   * @throws IllegalArgumentException saying which variable is missing or malformed
   */
  String expand(String text) {
    var expanded = new StringBuilder();
    Matcher start = START.matcher(text);
    Matcher inside = INSIDE.matcher(text);
    int from = 0;
    while (start.find(from)) {
      expanded.append(text, from, start.start());
      from = start.end();
      if (start.group().startsWith("$$")) {
        expanded.append("${");
      } else if (inside.region(from, text.length()).lookingAt()) {
        expanded.append(value(inside.group(1), inside.group(2)));
        from = inside.end();
      } else {
        throw new IllegalArgumentException(
            "\"${\" must go on as ${NAME} or ${NAME:-default}; write $${ for a plain ${");
      }
    }
    return expanded.append(text, from, text.length()).toString();
  }

  private String value(String name, @Nullable String whenAbsent) {
    String value = environment.get(name);
    if (whenAbsent != null && (value == null || value.isEmpty())) {
      return whenAbsent;
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "the environment variable "
              + name
              + " is not set; set it or write ${"
              + name
              + ":-default}");
    }
    return value;
  }
}
