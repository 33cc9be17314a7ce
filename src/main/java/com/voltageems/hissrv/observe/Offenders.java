package com.voltageems.hissrv.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Tells the log of bad input without flooding it: each kind of trouble names three offenders at
 * most, and speaks again only for a new offender or after {@link #QUIET}. Every one is counted.
 */
public final class Offenders {
  private static final Duration QUIET = Duration.ofMinutes(10);
  private static final int NAMED = 3;
  private static final int REMEMBERED = 1_000;

  private final Metrics metrics;
  private final InstantSource clock;
  private final ConcurrentHashMap<String, Told> toldByKind = new ConcurrentHashMap<>();

  /** Counts in {@code metrics}. */
  public Offenders(Metrics metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Counts, each by its name too, and logs if it is news. For names of which there are few:
   * sources, point ids.
   *
   * @param counter the counter's name, one per kind
   * @param what the sentence's start, for example "skipped values that are not numbers"
   * @param offenders who; nothing happens when empty
   */
  public void report(Logger log, String counter, String what, Collection<String> offenders) {
    for (String offender : offenders) {
      metrics.addLabelled(counter + "_by", "who", offender, 1);
    }
    reportUnnamed(log, counter, what, offenders);
  }

  /** As {@link #report}, but not counted by name: for reasons, documents, windows. */
  public void reportUnnamed(Logger log, String counter, String what, Collection<String> offenders) {
    if (offenders.isEmpty()) {
      return;
    }
    metrics.add(counter, offenders.size());
    List<String> distinct = List.copyOf(new LinkedHashSet<>(offenders));
    if (toldByKind.computeIfAbsent(counter, k -> new Told()).isNews(distinct, clock.instant())) {
      String named = String.join("; ", distinct.subList(0, Math.min(NAMED, distinct.size())));
      int more = distinct.size() - NAMED;
      log.warn("{}: {}{}", what, named, more > 0 ? "; and " + more + " more" : "");
    }
  }

  private static final class Told {
    private final Set<String> known = new LinkedHashSet<>();
    private Instant last = Instant.MIN;

    synchronized boolean isNews(List<String> offenders, Instant now) {
      boolean quietOver = last.isBefore(now.minus(QUIET));
      if (quietOver || known.size() > REMEMBERED) {
        known.clear();
      }
      boolean news = known.addAll(offenders);
      if (news) {
        last = now;
      }
      return news;
    }
  }
}
