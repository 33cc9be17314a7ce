package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.ledger.Windows;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Windows of a level that were made from what is changed, and stay as they are: what they were made
 * from is not kept, so they can't be made anew.
 *
 * @param windows how many different ones are stored
 * @param range from the first one's start to the last one's end
 */
public record Coarser(Level level, long windows, TimeRange range) {
  /** Collects the starts of such windows. */
  static final class Finder {
    private final Windows windows;
    private final SortedMap<Level, TreeSet<Instant>> starts = new TreeMap<>();

    Finder(Windows windows) {
      this.windows = windows;
    }

    void add(Level level, Instant start) {
      starts.computeIfAbsent(level, l -> new TreeSet<>()).add(start);
    }

    List<Coarser> found() {
      var found = new ArrayList<Coarser>();
      starts.forEach((level, all) -> {
        Window last = windows.at(level, all.getLast().toEpochMilli());
        found.add(
            new Coarser(
                level,
                all.size(),
                new TimeRange(all.getFirst(), Instant.ofEpochMilli(last.endMillis()))));
      });
      return found;
    }
  }
}
