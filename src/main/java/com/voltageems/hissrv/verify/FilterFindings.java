package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.aggregate.SampleTrial.Share;
import com.voltageems.hissrv.aggregate.SampleTrial.Verdict;
import com.voltageems.hissrv.config.FilterConfig;
import java.util.ArrayList;
import java.util.List;

/** What filters keep out, added up. */
final class FilterFindings {
  private final List<Tally> tallies;
  private long stale;

  private static final class Tally {
    private final FilterConfig filter;
    private final Examples examples = new Examples();
    private long keys;
    private long rows;
    private long values;

    Tally(FilterConfig filter) {
      this.filter = filter;
    }
  }

  FilterFindings(List<FilterConfig> filters) {
    tallies = filters.stream().map(Tally::new).toList();
  }

  void add(Verdict verdict) {
    stale += verdict.staleValues();
    int at = 0;
    for (Share share : verdict.filters()) {
      while (!tallies.get(at).filter.equals(share.filter())) {
        at++;
      }
      Tally tally = tallies.get(at++);
      tally.keys++;
      tally.rows += share.isWhole() ? 1 : 0;
      tally.values += share.values();
      if (share.isWhole() || share.values() > 0) {
        tally.examples.add(verdict.source());
      }
    }
  }

  long stale() {
    return stale;
  }

  List<DryRunReport.Filter> found() {
    var found = new ArrayList<DryRunReport.Filter>();
    for (int i = 0; i < tallies.size(); i++) {
      Tally tally = tallies.get(i);
      found.add(
          new DryRunReport.Filter(
              "filters[" + i + "]",
              tally.filter.name(),
              tally.filter.mark() ? "mark" : "drop",
              tally.keys,
              tally.rows,
              tally.values,
              tally.examples.found()));
    }
    return found;
  }
}
