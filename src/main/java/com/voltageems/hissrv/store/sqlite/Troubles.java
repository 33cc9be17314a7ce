package com.voltageems.hissrv.store.sqlite;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What last went wrong with which file, until it goes well again. */
final class Troubles {
  private final Map<Path, Trouble> byFile = new ConcurrentSkipListMap<>();

  /**
   * @param probe throws as long as it is still so
   */
  record Trouble(String message, Runnable probe) {}

  void add(Path file, RuntimeException why, Runnable probe) {
    byFile.put(file, new Trouble(String.valueOf(why.getMessage()), probe));
  }

  void clear(Path file) {
    byFile.remove(file);
  }

  /** One that is still there; asks the first again, forgets it when it is over. */
  Optional<String> first() {
    for (var entry : List.copyOf(byFile.entrySet())) {
      try {
        entry.getValue().probe().run();
        byFile.remove(entry.getKey(), entry.getValue());
      } catch (RuntimeException e) {
        String more = byFile.size() > 1 ? " (and " + (byFile.size() - 1) + " more)" : "";
        return Optional.of(e.getMessage() + more);
      }
    }
    return Optional.empty();
  }
}
