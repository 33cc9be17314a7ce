package com.voltageems.hissrv.config;

import java.util.List;

/** {@code lease:} There are none to be had, so only that they are off may be said. */
final class LeaseReader {
  private LeaseReader() {}

  static void check(Value value) {
    var section = Section.of(value, List.of("enabled"));
    if (section.flag("enabled", false)) {
      section
          .require("enabled")
          .ifPresent(v ->
              v.problem(
                  "leases are not built yet in this version: let one instance collect from a Redis"
                      + " and set this to false"));
    }
  }
}
