package com.voltageems.hissrv.config;

import java.util.List;

/**
 * Which settings a running process keeps as it was started with: connections, files, addresses, and
 * what open windows are made of.
 */
final class Restart {
  private static final SettingPaths NEEDED =
      new SettingPaths(
          List.of("site", "redis", "aggregation", "store", "influxdb", "api", "lease"),
          List.of(
              "redis.data_patterns",
              "store.retention",
              "api.tokens",
              "api.read_without_token",
              "api.allowed_hosts",
              "api.cors"));

  private Restart() {}

  static boolean isNeededFor(String path) {
    return NEEDED.has(path);
  }
}
