package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.aggregate.AggregationScript.Answer;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes windows that have ended, oldest first, finer levels first, a few sources per call. */
final class WindowCloser {
  private static final Logger LOG = LoggerFactory.getLogger(WindowCloser.class);
  private static final int SOURCES_PER_CALL = 5;

  private final AggregationScript script;
  private final OpenWindows open;
  private final Set<Level> levels;
  private final Metrics metrics;
  private final Offenders offenders;

  WindowCloser(
      AggregationScript script,
      OpenWindows open,
      Set<Level> levels,
      Metrics metrics,
      Offenders offenders) {
    this.script = script;
    this.open = open;
    this.levels = Set.copyOf(levels);
    this.metrics = metrics;
    this.offenders = offenders;
  }

  /** Makes one call if a window is due. Returns how many windows it closed; empty: none is due. */
  Optional<Integer> closeSome(long nowMillis) {
    Optional<Window> due = open.firstEndedBy(nowMillis);
    if (due.isEmpty()) {
      return Optional.empty();
    }
    Window window = due.get();
    List<SourceKeys> sources = open.some(window, SOURCES_PER_CALL);
    if (!levels.contains(window.level())) {
      open.remove(window, sources);
      return Optional.of(0);
    }
    List<Answer> answers = script.close(nowMillis, window, sources);
    open.remove(window, sources);
    int closed = 0;
    var refused = new ArrayList<String>();
    for (int i = 0; i < sources.size(); i++) {
      if (!answers.get(i).refusal().isEmpty()) {
        refused.add(sources.get(i).live() + " (" + answers.get(i).refusal() + ")");
      } else if (answers.get(i).size() > 0) {
        closed++;
        closed(window, sources.get(i));
      }
      reportUnusable(sources.get(i), answers.get(i));
    }
    metrics.add("windows_closed", closed);
    offenders.report(LOG, "windows_not_closed", "windows that could not be closed", refused);
    return Optional.of(closed);
  }

  private void closed(Window window, SourceKeys source) {
    LOG.debug("closed {} {} of {}", window.level().name(), window.startSeconds(), source.live());
    if (window.level().equals(AggregationScript.ONE_MINUTE)) {
      open.add(AggregationScript.FIVE_MINUTES.windowAt(window.startMillis()), source);
    }
  }

  private void reportUnusable(SourceKeys source, Answer answer) {
    if (answer.numbers().size() < 3) {
      return;
    }
    metrics.add("bookkeeping_fields_skipped", answer.numbers().get(1));
    metrics.add("junk_values", answer.numbers().get(2));
    var named = new ArrayList<String>();
    answer.texts().forEach(pointId -> named.add(source.live() + "/" + pointId));
    offenders.report(
        LOG, "points_with_junk", "live values that are no finite number, not counted", named);
  }
}
