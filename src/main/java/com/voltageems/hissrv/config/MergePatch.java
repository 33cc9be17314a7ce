package com.voltageems.hissrv.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes to settings as RFC 7396 writes them: a map changes the keys it names, null takes one
 * away, anything else stands in the place of what was there.
 */
final class MergePatch {
  private MergePatch() {}

  /** What is there, changed; neither tree is. */
  static Map<String, @Nullable Object> applied(
      Map<String, @Nullable Object> tree, Map<String, @Nullable Object> patch) {
    return merged(tree, patch, false);
  }

  /** One change for two, the second made after the first. */
  static Map<String, @Nullable Object> composed(
      Map<String, @Nullable Object> first, Map<String, @Nullable Object> second) {
    return merged(first, second, true);
  }

  private static Map<String, @Nullable Object> merged(
      Map<String, @Nullable Object> tree, Map<String, @Nullable Object> patch, boolean keepNulls) {
    var merged = new LinkedHashMap<String, @Nullable Object>(tree);
    patch.forEach((key, change) -> {
      if (change instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> below =
            merged.get(key) instanceof Map<?, ?> known ? Written.keyed(known) : Map.of();
        merged.put(key, merged(below, Written.keyed(map), keepNulls));
      } else if (change == null && !keepNulls) {
        merged.remove(key);
      } else {
        merged.put(key, change);
      }
    });
    return merged;
  }

  /** The change that makes one tree of another. */
  static Map<String, @Nullable Object> between(
      Map<String, @Nullable Object> from, Map<String, @Nullable Object> to) {
    var patch = new LinkedHashMap<String, @Nullable Object>();
    from.keySet().stream().filter(key -> !to.containsKey(key)).forEach(key -> patch.put(key, null));
    to.forEach((key, wanted) -> {
      Object known = from.get(key);
      if (known instanceof Map<?, ?> before && wanted instanceof Map<?, ?> after) {
        var below = between(Written.keyed(before), Written.keyed(after));
        if (!below.isEmpty()) {
          patch.put(key, below);
        }
      } else if (wanted != null && !wanted.equals(known)) {
        patch.put(key, wanted);
      } else if (wanted == null && known != null) {
        patch.put(key, null);
      }
    });
    return patch;
  }
}
