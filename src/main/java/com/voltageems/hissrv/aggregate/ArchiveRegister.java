package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Archives in Redis by window and source, about 100 bytes of heap each. Not safe for several
 * threads.
 */
final class ArchiveRegister {
  private final NavigableMap<Window, Map<SourceKeys, Held>> archives = new TreeMap<>();
  private long bytes;
  private int size;

  /**
   * One archive.
   *
   * @param untilMillis when Redis has forgotten it at the latest, epoch milliseconds
   */
  record Held(long revision, long bytes, long untilMillis) {}

  void put(Window window, SourceKeys source, Held held) {
    Held before = archives.computeIfAbsent(window, w -> new HashMap<>()).put(source, held);
    bytes += held.bytes() - (before == null ? 0 : before.bytes());
    size += before == null ? 1 : 0;
  }

  void remove(Window window, SourceKeys source) {
    Map<SourceKeys, Held> sources = archives.getOrDefault(window, Map.of());
    Held held = sources.isEmpty() ? null : sources.remove(source);
    if (held != null) {
      bytes -= held.bytes();
      size--;
      if (sources.isEmpty()) {
        archives.remove(window);
      }
    }
  }

  Optional<Held> get(Window window, SourceKeys source) {
    return Optional.ofNullable(archives.getOrDefault(window, Map.of()).get(source));
  }

  /** Windows as they may be closed: by end, finer level first. */
  List<Window> windows() {
    return List.copyOf(archives.keySet());
  }

  List<SourceKeys> sources(Window window) {
    return List.copyOf(archives.getOrDefault(window, Map.of()).keySet());
  }

  /** Forgets what Redis has forgotten by then. */
  void expire(long nowMillis) {
    for (Window window : windows()) {
      for (SourceKeys source : sources(window)) {
        if (get(window, source).filter(held -> held.untilMillis() <= nowMillis).isPresent()) {
          remove(window, source);
        }
      }
    }
  }

  /** How many bytes they take in Redis. */
  long bytes() {
    return bytes;
  }

  int size() {
    return size;
  }
}
