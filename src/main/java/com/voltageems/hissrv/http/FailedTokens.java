package com.voltageems.hissrv.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Counts wrong tokens by address, so that who guesses gets cheap answers and a short log. A valid
 * token is never counted nor refused: many honest clients may share a gateway's address with one
 * that guesses, and what keeps him out is the token's length, not this.
 */
final class FailedTokens {
  private static final int FREE = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_ADDRESSES = 1_000;

  private final InstantSource clock;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  private record Count(Instant since, int failures) {}

  FailedTokens(InstantSource clock) {
    this.clock = clock;
  }

  /** Counts one; tells how many seconds there are to wait where there were too many. */
  synchronized OptionalLong add(String address) {
    Instant now = clock.instant();
    Count before = counts.get(address);
    Count after =
        before == null || !before.since().plus(WINDOW).isAfter(now)
            ? new Count(now, 1)
            : new Count(before.since(), Math.min(before.failures() + 1, FREE + 1));
    counts.remove(address);
    counts.put(address, after);
    if (counts.size() > MOST_ADDRESSES) {
      Iterator<String> oldest = counts.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return after.failures() <= FREE
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(1, Duration.between(now, after.since().plus(WINDOW)).toSeconds()));
  }
}
