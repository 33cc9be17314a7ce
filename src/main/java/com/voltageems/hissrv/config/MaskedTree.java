package com.voltageems.hissrv.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Settings as they are written, with their secrets masked, and back. */
final class MaskedTree {
  private MaskedTree() {}

  static Map<String, @Nullable Object> of(Map<String, @Nullable Object> tree) {
    return Written.mapped("", tree, Secrets::masked) instanceof Map<?, ?> map
        ? Written.keyed(map)
        : Map.of();
  }

  /** Puts back what was masked when it was shown: as it holds now, else as the file has it. */
  static Map<String, @Nullable Object> opened(Map<String, @Nullable Object> tree, Loaded now) {
    Map<String, String> holding = texts(now.written());
    Map<String, String> inFile = texts(now.file());
    Object unmasked =
        Written.mapped(
            "",
            tree,
            (path, text) ->
                Stream.of(holding, inFile)
                    .map(texts -> texts.getOrDefault(path, ""))
                    .filter(was -> Secrets.masked(path, was).equals(text))
                    .findFirst()
                    .orElse(text));
    return unmasked instanceof Map<?, ?> map ? Written.keyed(map) : Map.of();
  }

  private static Map<String, String> texts(Map<String, @Nullable Object> tree) {
    var texts = new TreeMap<String, String>();
    Object _ =
        Written.mapped(
            "",
            tree,
            (path, text) -> {
              texts.put(path, text);
              return text;
            });
    return texts;
  }
}
