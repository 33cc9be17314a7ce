package com.voltageems.hissrv.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What Redis told last, for while it is away. Safe for any thread. */
final class LastRead {
  private static final int MOST = 5_000;

  private final LinkedHashMap<String, Known> byName = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What was told of a source, or of times.
   *
   * @param fromMillis from when on, epoch milliseconds
   * @param atMillis when that was
   * @param runs by the names of fields; never changed
   */
  record Known(long fromMillis, long atMillis, Map<String, Map<Kind, Spans>> runs) {}

  synchronized void keep(String name, Known known) {
    byName.put(name, known);
    if (byName.size() > MOST) {
      byName.pollFirstEntry();
    }
  }

  /** What covers all of the time from then on. */
  synchronized Optional<Known> find(String name, long fromMillis) {
    return Optional.ofNullable(byName.get(name)).filter(known -> known.fromMillis() <= fromMillis);
  }
}
