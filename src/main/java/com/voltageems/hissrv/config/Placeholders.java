package com.voltageems.hissrv.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${VAR}}, {@code ${VAR:-default}} and {@code ${file:PATH}}; a doubled dollar sign
 * before the brace stands for itself. As in a shell, the default also serves for a variable that is
 * empty. Of a file's text a line end at its end is left out: editors put one there.
 */
final class Placeholders {
  private static final Pattern START = Pattern.compile("\\$?\\$\\{");
  private static final Pattern INSIDE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}", Pattern.DOTALL);

  private static final Pattern FILE = Pattern.compile("file:([^}]+)\\}");
  private static final Pattern REFERENCE =
      Pattern.compile("(\\$\\{([A-Za-z_][A-Za-z0-9_]*|file:[^}]+)})+@?$");

  private static final int MOST_BYTES = 64 << 10;

  private final Map<String, String> environment;
  private final Path configuration;

  /**
   * @param configuration the file whose neighbours {@code file:} names
   */
  Placeholders(Map<String, String> environment, Path configuration) {
    this.environment = Map.copyOf(environment);
    this.configuration = configuration;
  }

  /** Whether a text has any, so that its expansion must not be shown. */
  static boolean isIn(String text) {
    return text.contains("${");
  }

  /** Whether a text is nothing but one of them that gives no default. */
  static boolean isReference(String text) {
    return text.startsWith("${") && REFERENCE.matcher(text).lookingAt();
  }

  /**
   * The text with the variables' values.
   *
   * @throws IllegalArgumentException saying which variable is missing or malformed, or which file
   *     can't be read
   */
  String expand(String text) {
    var expanded = new StringBuilder();
    Matcher start = START.matcher(text);
    Matcher inside = INSIDE.matcher(text);
    Matcher file = FILE.matcher(text);
    int from = 0;
    while (start.find(from)) {
      expanded.append(text, from, start.start());
      from = start.end();
      if (start.group().startsWith("$$")) {
        expanded.append("${");
      } else if (inside.region(from, text.length()).lookingAt()) {
        expanded.append(value(inside.group(1), inside.group(2)));
        from = inside.end();
      } else if (file.region(from, text.length()).lookingAt()) {
        expanded.append(contentOf(file.group(1).strip()));
        from = file.end();
      } else {
        throw new IllegalArgumentException(
            "\"${\" must go on as ${NAME}, ${NAME:-default} or ${file:PATH}; write $${ for a plain"
                + " ${");
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

  private String contentOf(String name) {
    try {
      Path path = configuration.resolveSibling(name);
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        // A pipe or a device would be waited for, perhaps for ever.
        throw new IllegalArgumentException(name + " is not a regular file");
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new IllegalArgumentException("the file " + name + " is too large for a setting");
      }
      return Files.readString(path).replaceFirst("\\r?\\n\\z", "");
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + name, e);
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException("the file " + name + " is not UTF-8", e);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("the file " + name + " can't be read", e);
    }
  }
}
