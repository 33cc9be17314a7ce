package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where each level's windows begin and end, and which finer level's windows they are made of: the
 * coarsest whose windows tile them. Windows shorter than a day are aligned to the epoch; days are
 * the site's calendar days, whole weeks begin on Monday.
 */
public final class Tiling {
  private static final Duration DAY = Duration.ofDays(1);
  private static final int WEEK = 7;

  /** Archives live two hours: what a longer window is folded from must be kept as it closes. */
  private static final Duration LONGEST_FROM_ARCHIVES = Duration.ofHours(1);

  /** More archives than these are too long a call to read at once. */
  private static final int MOST_ARCHIVES = 12;

  /** Earlier offsets of a zone, some of them odd seconds, concern no window of ours. */
  private static final Instant SINCE = Instant.parse("2000-01-01T00:00:00Z");

  private final ZoneId zone;
  private final List<Level> levels;
  private final Map<Level, Level> finer = new HashMap<>();
  private final Map<Level, List<Level>> coarser = new HashMap<>();

  /**
   * @param levels finest of them is the one that samples go into
   * @param zone the site's: days are its days
   * @throws IllegalArgumentException when a level's windows can't be made of finer ones
   */
  public Tiling(Collection<Level> levels, ZoneId zone) {
    this.zone = zone;
    this.levels = levels.stream().sorted().toList();
    for (Level level : this.levels.subList(1, this.levels.size())) {
      Level part =
          this.levels.reversed().stream()
              .filter(candidate -> candidate.compareTo(level) < 0 && tiles(candidate, level))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("nothing tiles the level " + level.name()));
      finer.put(level, part);
      coarser.computeIfAbsent(part, p -> new ArrayList<>()).add(level);
    }
  }

  /** The level that samples go into. */
  Level finest() {
    return levels.getFirst();
  }

  /** The levels folded from this one, finest first. */
  List<Level> coarserThan(Level level) {
    return coarser.getOrDefault(level, List.of());
  }

  /** Whether a level's parts are kept as they close, because their archives would be gone. */
  boolean keepsParts(Level level) {
    return finer.containsKey(level)
        && (level.length().compareTo(LONGEST_FROM_ARCHIVES) > 0
            || level.length().dividedBy(finer.get(level).length()) > MOST_ARCHIVES);
  }

  /** A configured level's window that begins at this moment; empty for another level's. */
  Optional<Window> windowFrom(String level, long startMillis) {
    return levels.stream()
        .filter(known -> known.name().equals(level))
        .findFirst()
        .map(known -> windowAt(known, startMillis));
  }

  /** The window that holds a moment, epoch milliseconds. */
  public Window windowAt(Level level, long epochMillis) {
    if (level.length().compareTo(DAY) < 0) {
      return level.windowAt(epochMillis);
    }
    int days = (int) level.length().toDays();
    long date = LocalDate.ofInstant(Instant.ofEpochMilli(epochMillis), zone).toEpochDay();
    // The first day of the calendar of weeks: the Monday before the epoch.
    long first = days % WEEK == 0 ? 1 - LocalDate.EPOCH.getDayOfWeek().getValue() : 0;
    long start = Math.floorDiv(date - first, days) * days + first;
    return new Window(level, startOfDay(start), startOfDay(start + days));
  }

  /** The finer windows that a window is made of, in order; none for the finest level's. */
  List<Window> parts(Window window) {
    Level part = finer.get(window.level());
    var parts = new ArrayList<Window>();
    for (long at = window.startMillis(); part != null && at < window.endMillis(); ) {
      Window one = windowAt(part, at);
      parts.add(one);
      at = one.endMillis();
    }
    return parts;
  }

  /** The coarser windows that are folded from this one's archive, finest first. */
  List<Window> foldedFromArchives(Window window) {
    return coarserThan(window.level()).stream()
        .filter(level -> !keepsParts(level))
        .map(level -> windowAt(level, window.startMillis()))
        .toList();
  }

  private long startOfDay(long epochDay) {
    return LocalDate.ofEpochDay(epochDay).atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private boolean tiles(Level part, Level whole) {
    if (part.length().compareTo(DAY) >= 0) {
      return daysTile((int) part.length().toDays(), (int) whole.length().toDays());
    }
    long seconds = part.length().toSeconds();
    boolean wholeIsMultiple = whole.length().toSeconds() % seconds == 0;
    if (whole.length().compareTo(DAY) < 0) {
      return wholeIsMultiple;
    }
    return DAY.toSeconds() % seconds == 0
        && offsets().stream().allMatch(offset -> offset.getTotalSeconds() % seconds == 0);
  }

  /** Weeks are counted from a Monday, other numbers of days from the epoch. */
  private static boolean daysTile(int part, int whole) {
    boolean sameBeginning = part == 1 || (part % WEEK == 0) == (whole % WEEK == 0);
    return whole % part == 0 && sameBeginning;
  }

  private Set<ZoneOffset> offsets() {
    var rules = zone.getRules();
    var offsets = new LinkedHashSet<ZoneOffset>();
    offsets.add(rules.getOffset(SINCE));
    rules.getTransitions().stream()
        .filter(transition -> transition.getInstant().isAfter(SINCE))
        .forEach(transition -> offsets.add(transition.getOffsetAfter()));
    rules.getTransitionRules().forEach(rule -> offsets.add(rule.getOffsetAfter()));
    return offsets;
  }
}
