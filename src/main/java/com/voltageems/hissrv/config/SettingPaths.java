package com.voltageems.hissrv.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * Some of the settings, each with all below it.
 *
 * @param in by their paths, as {@code redis} or {@code store.path}
 * @param out what of that is not meant
 */
record SettingPaths(List<String> in, List<String> out) {
  SettingPaths {
    in = List.copyOf(in);
    out = List.copyOf(out);
  }

  boolean has(String path) {
    return isUnder(in, path) && !isUnder(out, path);
  }

  /** Whether of what is below a path some may be meant and some not. */
  boolean divides(String path) {
    return Stream.of(in, out).flatMap(List::stream).anyMatch(one -> one.startsWith(path + "."));
  }

  private static boolean isUnder(List<String> settings, String path) {
    return settings.stream()
        .anyMatch(
            one -> path.equals(one) || path.startsWith(one + ".") || path.startsWith(one + "["));
  }
}
