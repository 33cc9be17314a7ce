package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.ledger.Observation;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes windows that have ended, oldest first, finer levels first, a few sources per call. */
final class WindowCloser {
  private static final Logger LOG = LoggerFactory.getLogger(WindowCloser.class);
  private static final int SOURCES_PER_CALL = 5;
  private static final int POINTS_PER_CALL = 100;

  /** A call for windows of more parts than that takes fewer points. */
  private static final int USUAL_PARTS = 5;

  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Consumer<Observation> account;
  private final AggregationScript script;
  private final Tiling tiling;
  private final OpenWindows open;
  private final SourceWidths widths;
  private final FunctionPass functions;
  private final Fences fences;
  private final Metrics metrics;
  private final Offenders offenders;

  WindowCloser(
      AggregationScript script,
      Tiling tiling,
      OpenWindows open,
      SourceWidths widths,
      FunctionPass functions,
      Fences fences,
      Metrics metrics,
      Offenders offenders,
      Consumer<Observation> account) {
    this.account = account;
    this.script = script;
    this.tiling = tiling;
    this.open = open;
    this.widths = widths;
    this.functions = functions;
    this.fences = fences;
    this.metrics = metrics;
    this.offenders = offenders;
    // Told from the start, so that whoever reckons rates sees the first one, too.
    metrics.add("windows_closed", 0);
  }

  /** Makes one call if a window is due. Returns how many windows it closed; empty: none is due. */
  Optional<Integer> closeSome(Beat beat) {
    long nowMillis = beat.nowMillis();
    Optional<Window> due = open.firstEndedBy(nowMillis);
    if (due.isEmpty()) {
      return Optional.empty();
    }
    Window window = due.get();
    List<SourceKeys> sources = some(window);
    List<Answer> answers = script.close(beat, window, sources);
    open.remove(window, sources);
    int closed = 0;
    var refused = new ArrayList<String>();
    var lost = new ArrayList<String>();
    for (int i = 0; i < sources.size(); i++) {
      SourceKeys source = sources.get(i);
      Answer answer = answers.get(i);
      if (answer.isFenced()) {
        fences.add(source);
      } else if (!answer.refusal().isEmpty()) {
        refused.add(source.live() + " (" + answer.why() + ")");
        open.postpone(window, source, nowMillis + RETRY.toMillis());
      } else {
        closed += answer.size() > 0 ? 1 : 0;
        if (answer.size() == 0 && window.level().equals(tiling.finest())) {
          account.accept(new Observation.Emptied(source.live(), window));
        }
        functions.expect(window, source);
        for (Level coarser : tiling.coarserThan(window.level())) {
          open.add(tiling.windowAt(coarser, window.startMillis()), source);
        }
      }
      if (isLost(window, answer)) {
        lost.add(source.live() + " " + window.level().name() + " " + window.startSeconds());
      }
      reportUnusable(source, answer);
    }
    metrics.add("windows_closed", closed);
    offenders.reportUnnamed(
        LOG,
        "windows_not_closed",
        "windows that can't be closed, a key of ours is spoilt",
        refused);
    offenders.reportUnnamed(
        LOG,
        "windows_lost",
        "windows, or late samples of them, whose finer archives were gone before they were folded",
        lost);
    return Optional.of(closed);
  }

  /** A call reads so much at most; of one source it must read all. */
  private List<SourceKeys> some(Window window) {
    int parts = Math.max(USUAL_PARTS, tiling.parts(window).size());
    return widths.first(open.of(window), SOURCES_PER_CALL, POINTS_PER_CALL * USUAL_PARTS / parts);
  }

  private boolean isLost(Window window, Answer answer) {
    return answer.refusal().isEmpty()
        && !window.level().equals(tiling.finest())
        && answer.numbers().get(1) == 1;
  }

  private void reportUnusable(SourceKeys source, Answer answer) {
    if (answer.numbers().size() < 4) {
      return;
    }
    metrics.add("bookkeeping_fields_skipped", answer.numbers().get(1));
    metrics.add("junk_values", answer.numbers().get(2));
    var named = new ArrayList<String>();
    answer.texts().forEach(pointId -> named.add(source.live() + "/" + pointId));
    metrics.add("points_with_junk", answer.numbers().get(3) - named.size());
    offenders.report(
        LOG, "points_with_junk", "live values that are no finite number, not counted", named);
  }
}
