package com.voltageems.hissrv.store.influx;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One address of a database, and how it is there. Safe for any thread. */
final class Address {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** Between two looks at one that is out of order; one that was well for as long begins anew. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final URI url;
  private @Nullable String trouble;
  private Duration pause = FIRST_PAUSE;
  private long wellSince = System.nanoTime() - LONGEST_PAUSE.toNanos();
  private long lookAgainAt;
  private long waitUntil = System.nanoTime();

  Address(URI url) {
    this.url = url;
  }

  URI url() {
    return url;
  }

  /** Why it does not serve; null when it is well. */
  synchronized @Nullable String trouble() {
    return trouble;
  }

  synchronized void isWell() {
    if (trouble != null) {
      trouble = null;
      wellSince = System.nanoTime();
    }
  }

  /**
   * It did not do what it was asked.
   *
   * @param asked how long it does not want to be asked; zero when it did not say
   */
  synchronized void failed(String why, Duration asked) {
    long now = System.nanoTime();
    if (trouble == null && now - wellSince >= LONGEST_PAUSE.toNanos()) {
      pause = FIRST_PAUSE;
    } else {
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
    trouble = why;
    waitUntil = now + asked.toNanos();
    lookAgainAt = Math.max(waitUntil, now + pause.toNanos());
  }

  /** How long it still does not want to be asked. */
  synchronized Duration waitsFor() {
    return Duration.ofNanos(Math.max(0, waitUntil - System.nanoTime()));
  }

  /** Whether it is time to see if it is well again; true once for each pause. */
  synchronized boolean looksDue() {
    long now = System.nanoTime();
    boolean due = trouble != null && now - lookAgainAt >= 0;
    if (due) {
      lookAgainAt = now + pause.toNanos();
    }
    return due;
  }
}
