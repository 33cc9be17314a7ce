package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can't be changed at run time. */
final class Refusals {
  private Refusals() {}

  static void refuseSecrets(Map<String, @Nullable Object> changes) {
    var problems = new ArrayList<Problem>();
    Object _ =
        Written.mapped(
            "",
            changes,
            (path, text) -> {
              if (!Secrets.isOpen(path, text) || text.contains(Secrets.MASK)) {
                problems.add(
                    problem(
                        path,
                        "a secret is not written down at run time: give ${VARIABLE} or"
                            + " ${file:PATH}, or put it in the configuration file"));
              }
              return text;
            });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /**
   * @param shared whether the change is for other instances, too
   */
  static void refuseUnchangeable(Loaded now, Loaded next, boolean shared) {
    var problems = new ArrayList<Problem>();
    for (String path :
        Difference.between(Written.flat(now.written()), Written.flat(next.written())).keySet()) {
      String origin = next.origins().getOrDefault(path, "");
      if (origin.startsWith("$")) {
        problems.add(problem(path, "is given by " + origin + ", which a change can't override"));
      } else if (path.equals("store.path")) {
        problems.add(problem(path, "is where run-time changes are kept: change it in the file"));
      } else if (shared && OwnSettings.has(path)) {
        problems.add(
            problem(
                path,
                "is each instance's own, and with leases a change is for all of them: change it in"
                    + " the file"));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /**
   * @param trouble why this instance has not what all have; null when it has
   */
  static void refuseWhileBehind(@Nullable ConfigException trouble) {
    if (trouble != null) {
      throw refused(
          "",
          "this instance can't apply what is in "
              + Common.NAME
              + " and so can't change it: "
              + trouble.problems().getFirst());
    }
  }

  static ConfigException refused(String path, String message) {
    return new ConfigException(List.of(problem(path, message)));
  }

  private static Problem problem(String path, String message) {
    return new Problem("the change", 0, 0, path, message);
  }
}
