package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which windows of which sources have something to close, or wait for functions. Redis knows (marks
 * in the carry keys), this remembers, so that closing needs no scan. Not safe for several threads,
 * but for {@link #postponed}.
 */
final class OpenWindows {
  private static final int KEYS_PER_CALL = 500;

  private final Tiling tiling;
  private final Pattern marks;
  private final NavigableMap<Window, Set<SourceKeys>> sourcesByWindow = new TreeMap<>();
  private final Map<Postponed, Long> retryMillis = new ConcurrentHashMap<>();

  /**
   * Of these levels; marks of others are left alone.
   *
   * @param mark what the marks begin with: {@code open}, or {@code values}
   */
  OpenWindows(Tiling tiling, String mark) {
    this.tiling = tiling;
    marks = Pattern.compile(mark + ":([^:]+):(\\d{1,12})");
  }

  /** A window of a source that could not be closed. */
  record Postponed(Window window, SourceKeys source) {}

  /**
   * Reads the marks left by whoever sampled before: a restart, or the next owner, continues where
   * it stopped.
   *
   * @param isOurs whether a live key's windows are ours to close
   */
  void load(RedisConnection redis, Predicate<String> isOurs) {
    var carries = new TreeSet<String>();
    redis.scan(SourceKeys.CARRY_GLOB, carries::add);
    var keys = List.copyOf(carries);
    for (int from = 0; from < keys.size(); from += KEYS_PER_CALL) {
      var some = keys.subList(from, Math.min(from + KEYS_PER_CALL, keys.size()));
      List<Optional<Set<String>>> fields = redis.hashFields(some);
      for (int i = 0; i < some.size(); i++) {
        addMarks(
            SourceKeys.ofCarry(some.get(i), redis.isCluster())
                .filter(source -> isOurs.test(source.live())),
            fields.get(i).orElse(Set.of()));
      }
    }
  }

  void add(Window window, SourceKeys source) {
    sourcesByWindow.computeIfAbsent(window, w -> new TreeSet<>(BY_NAME)).add(source);
  }

  /** Keeps a window that could not be closed; it is due again at a time, in epoch milliseconds. */
  void postpone(Window window, SourceKeys source, long untilMillis) {
    retryMillis.put(new Postponed(window, source), untilMillis);
  }

  /** What could not be closed when it was tried last. */
  Set<Postponed> postponed() {
    return Set.copyOf(retryMillis.keySet());
  }

  void remove(Window window, Collection<SourceKeys> sources) {
    sources.forEach(source -> retryMillis.remove(new Postponed(window, source)));
    Set<SourceKeys> open = sourcesByWindow.get(window);
    if (open != null) {
      open.removeAll(Set.copyOf(sources));
      if (open.isEmpty()) {
        sourcesByWindow.remove(window);
      }
    }
  }

  /** Forgets what is not ours any more. */
  void retain(Predicate<String> isOurs) {
    sourcesByWindow.values().forEach(open -> open.removeIf(source -> !isOurs.test(source.live())));
    sourcesByWindow.values().removeIf(Set::isEmpty);
    retryMillis.keySet().removeIf(postponed -> !isOurs.test(postponed.source().live()));
  }

  /** The window that is to be closed first, if one has ended by then. */
  Optional<Window> firstEndedBy(long nowMillis) {
    addPostponed(nowMillis);
    return sourcesByWindow.isEmpty() || sourcesByWindow.firstKey().endMillis() > nowMillis
        ? Optional.empty()
        : Optional.of(sourcesByWindow.firstKey());
  }

  /** The sources that have something to close in this window. */
  Set<SourceKeys> of(Window window) {
    return Collections.unmodifiableSet(sourcesByWindow.getOrDefault(window, Set.of()));
  }

  private static final Comparator<SourceKeys> BY_NAME = Comparator.comparing(SourceKeys::live);

  private void addPostponed(long nowMillis) {
    retryMillis.forEach((postponed, until) -> {
      if (until <= nowMillis) {
        add(postponed.window(), postponed.source());
      }
    });
  }

  private void addMarks(Optional<SourceKeys> source, Set<String> fields) {
    if (source.isEmpty()) {
      return;
    }
    for (String field : fields) {
      var mark = marks.matcher(field);
      if (mark.matches()) {
        long startMillis = Long.parseLong(mark.group(2)) * 1_000;
        tiling
            .windowFrom(mark.group(1), startMillis)
            .ifPresent(window -> add(window, source.get()));
      }
    }
  }
}
