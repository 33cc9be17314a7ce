package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** Collects what is wrong with one file, so that the user sees all of it at once. */
final class Problems {
  /** A file that is not a configuration at all must not fill the screen. */
  private static final int MOST = 100;

  private final String file;
  private final List<Problem> found = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void add(@Nullable Mark mark, String path, String message) {
    Optional<String> variable = EnvironmentOverrides.variable(mark);
    if (variable.isPresent()) {
      found.add(new Problem("$" + variable.get(), 0, 0, path, message));
    } else if (Overlay.origin(mark).isPresent()) {
      found.add(new Problem(Overlay.origin(mark).get(), 0, 0, path, message));
    } else if (mark == null) {
      found.add(new Problem(file, 0, 0, path, message));
    } else {
      found.add(new Problem(file, mark.getLine() + 1, mark.getColumn() + 1, path, message));
    }
  }

  void addAt(int line, int column, String message) {
    found.add(new Problem(file, line, column, "", message));
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw exception();
    }
  }

  ConfigException exception() {
    List<Problem> sorted =
        found.stream()
            .distinct()
            .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
            .toList();
    if (sorted.size() <= MOST) {
      return new ConfigException(sorted);
    }
    var shown = new ArrayList<>(sorted.subList(0, MOST));
    shown.add(new Problem(file, 0, 0, "", "and " + (sorted.size() - MOST) + " more problems"));
    return new ConfigException(shown);
  }
}
