package com.voltageems.hissrv.config;

import java.util.List;

/** {@code api:} */
final class ApiReader {
  private static final List<String> KEYS = List.of("host", "port");

  private ApiReader() {}

  static ApiConfig read(Value value) {
    var section = Section.of(value, KEYS);
    var defaults = ApiConfig.defaults();
    return new ApiConfig(
        section.text("host", defaults.host()), section.integer("port", defaults.port(), 0, 65_535));
  }
}
