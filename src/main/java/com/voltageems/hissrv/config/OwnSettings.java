package com.voltageems.hissrv.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is each instance's own where several share one Redis: where it listens, keeps its files and
 * finds the others. Everything else is the same in all of them.
 */
final class OwnSettings {
  private static final SettingPaths OWN =
      new SettingPaths(
          List.of(
              "service.name",
              "redis",
              "store.path",
              "api.host",
              "api.port",
              "api.tls",
              "lease",
              "logging.file",
              "backup.path"),
          List.of("redis.data_patterns"));

  private OwnSettings() {}

  static boolean has(String path) {
    return OWN.has(path);
  }

  /** A tree, or changes to one, without what is an instance's own. */
  static Map<String, @Nullable Object> without(Map<String, @Nullable Object> tree) {
    return part("", tree, false);
  }

  /** One instance's own, and beside it what all have. */
  static Map<String, @Nullable Object> and(
      Map<String, @Nullable Object> own, Map<String, @Nullable Object> common) {
    return MergePatch.composed(without(common), part("", own, true));
  }

  static SortedMap<String, Difference> without(SortedMap<String, Difference> differences) {
    var common = new TreeMap<>(differences);
    common.keySet().removeIf(OwnSettings::has);
    return common;
  }

  private static Map<String, @Nullable Object> part(
      String path, Map<String, @Nullable Object> tree, boolean own) {
    var part = new LinkedHashMap<String, @Nullable Object>();
    tree.forEach((key, value) -> {
      String child = path.isEmpty() ? key : path + "." + key;
      if (value instanceof Map<?, ?> map && OWN.divides(child)) {
        var below = part(child, Written.keyed(map), own);
        if (!below.isEmpty()) {
          part.put(key, below);
        }
      } else if (OWN.has(child) == own) {
        part.put(key, value);
      }
    });
    return part;
  }
}
