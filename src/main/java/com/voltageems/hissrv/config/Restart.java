package com.voltageems.hissrv.config;

import java.util.List;

/**
 * Which settings a running process keeps as it was started with: connections, files, addresses, and
 * what open windows are made of.
 */
final class Restart {
  private static final List<String> NEEDED =
      List.of("site", "redis", "aggregation", "store", "influxdb", "api", "lease");

  private static final List<String> NOT_NEEDED =
      List.of(
          "redis.data_patterns",
          "store.retention",
          "api.tokens",
          "api.read_without_token",
          "api.allowed_hosts",
          "api.cors");

  private Restart() {}

  static boolean isNeededFor(String path) {
    return isUnder(NEEDED, path) && !isUnder(NOT_NEEDED, path);
  }

  private static boolean isUnder(List<String> settings, String path) {
    return settings.stream()
        .anyMatch(
            one -> path.equals(one) || path.startsWith(one + ".") || path.startsWith(one + "["));
  }
}
