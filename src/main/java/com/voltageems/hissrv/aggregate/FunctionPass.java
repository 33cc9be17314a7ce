package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.ValueFunction;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what functions over all values give to windows that are closed, one source and window at a
 * time, as a revision of the archive. Which windows wait for it Redis knows (marks in the carry
 * keys); this remembers. One thread at a time, but for {@link #expect}.
 */
final class FunctionPass {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionPass.class);
  private static final int POINTS_PER_CALL = 500;
  private static final Duration RETRY = Duration.ofSeconds(10);

  /** Marks are also set by cron. */
  private static final Duration LOADING = Duration.ofMinutes(10);

  private final RedisConnection redis;
  private final AggregationScript script;
  private final Tiling tiling;
  private final Mapping mapping;
  private final Metrics metrics;
  private final Offenders offenders;
  private final ConcurrentLinkedQueue<OpenWindows.Postponed> expected =
      new ConcurrentLinkedQueue<>();
  private final Fences fences;
  private @Nullable OpenWindows waiting;
  private Set<Integer> shards = Set.of();
  private long loadedMillis;

  FunctionPass(
      RedisConnection redis,
      AggregationScript script,
      Tiling tiling,
      Mapping mapping,
      Fences fences,
      Metrics metrics,
      Offenders offenders) {
    this.fences = fences;
    this.redis = redis;
    this.script = script;
    this.tiling = tiling;
    this.mapping = mapping;
    this.metrics = metrics;
    this.offenders = offenders;
  }

  /** Tells of a window that has just been closed. Any thread may. */
  void expect(Window window, SourceKeys source) {
    if (levels(source).contains(window.level())) {
      expected.add(new OpenWindows.Postponed(window, source));
    }
  }

  /** Does one source's window, if any is waiting. Returns how many it added fields to. */
  Optional<Integer> addSome(Beat beat) {
    long nowMillis = beat.nowMillis();
    OpenWindows windows = waiting(beat);
    for (var next = expected.poll(); next != null; next = expected.poll()) {
      if (beat.held().has(next.source().live())) {
        windows.add(next.window(), next.source());
      }
    }
    Optional<Window> due = windows.firstEndedBy(nowMillis);
    if (due.isEmpty()) {
      return Optional.empty();
    }
    Window window = due.get();
    SourceKeys source = windows.of(window).iterator().next();
    Answer answer = add(beat, window, source);
    windows.remove(window, List.of(source));
    switch (answer.refusal()) {
      case "", "gone" -> {}
      case "fenced" -> fences.add(source);
      // A late sample was quicker: once more, with it.
      case "revised" -> windows.add(window, source);
      default -> {
        offenders.reportUnnamed(
            LOG,
            "functions_refused",
            "windows that functions can't be added to, a key of ours is spoilt",
            List.of(source.live() + " (" + answer.why() + ")"));
        windows.postpone(window, source, nowMillis + RETRY.toMillis());
      }
    }
    int added = answer.size() > 0 ? 1 : 0;
    metrics.add("windows_with_functions", added);
    return Optional.of(added);
  }

  /** Reads the marks again before the next window: a call that failed may have been carried out. */
  void forget() {
    waiting = null;
  }

  private OpenWindows waiting(Beat beat) {
    long nowMillis = beat.nowMillis();
    OpenWindows known = waiting;
    if (!beat.held().shards().equals(shards)) {
      shards = beat.held().shards();
      known = null;
    }
    boolean old = Math.abs(nowMillis - loadedMillis) >= LOADING.toMillis();
    if (known == null || old) {
      known = new OpenWindows(tiling, "values");
      if (mapping.hasFunctions()) {
        known.load(redis, beat.held()::has);
      }
      waiting = known;
      loadedMillis = nowMillis;
    }
    return known;
  }

  private SortedSet<Level> levels(SourceKeys source) {
    return mapping.of(source.live()).map(MappedSource::functionLevels).orElseGet(TreeSet::new);
  }

  private Answer add(Beat beat, Window window, SourceKeys source) {
    Optional<MappedSource> mapped = mapping.of(source.live());
    Optional<String> revision = redis.field(source.archive(window), "revision");
    if (revision.isEmpty() || !levels(source).contains(window.level())) {
      return script.dropFunctions(beat, window, source);
    }
    var rows = new KeptRows(redis, source, minutes(window));
    var call = new FunctionCall(beat, window, source, mapped.orElseThrow(), revision.get());
    for (List<String> portion : rows.portions()) {
      for (var point : rows.values(portion).entrySet()) {
        if (!call.add(point.getKey(), point.getValue())) {
          return call.answer;
        }
      }
    }
    call.flush(true);
    return call.answer;
  }

  private List<Window> minutes(Window window) {
    var minutes = new ArrayList<Window>();
    for (long at = window.startMillis(); at < window.endMillis(); ) {
      Window minute = tiling.windowAt(tiling.finest(), at);
      minutes.add(minute);
      at = minute.endMillis();
    }
    return minutes;
  }

  /** The minutes whose rows nobody needs when this window is done. */
  private List<Window> spent(Window window, SourceKeys source) {
    SortedSet<Level> levels = levels(source);
    boolean last = !levels.isEmpty() && levels.last().equals(window.level());
    return last ? minutes(window) : List.of();
  }

  /** The results for one window, a bounded number of points per call of the script. */
  private final class FunctionCall {
    private final Beat beat;
    private final Window window;
    private final SourceKeys source;
    private final String revision;
    private final MappedSource mapped;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<String> points = new ArrayList<>();
    private int inCall;
    private Answer answer = Answer.of(0L);

    FunctionCall(
        Beat beat, Window window, SourceKeys source, MappedSource mapped, String revision) {
      this.beat = beat;
      this.window = window;
      this.source = source;
      this.revision = revision;
      this.mapped = mapped;
    }

    /** False when the script refused: nothing more is to be added. */
    boolean add(String point, Values values) {
      if (inCall == POINTS_PER_CALL) {
        flush(false);
        if (!answer.refusal().isEmpty()) {
          return false;
        }
      }
      points.addAll(List.of(point, Integer.toString(values.size()), results(point, values)));
      inCall++;
      return true;
    }

    void flush(boolean last) {
      List<Window> spent = last ? spent(window, source) : List.of();
      answer =
          script.addFunctions(
              beat,
              window,
              source,
              spent,
              last,
              revision,
              String.join(" ", names),
              answer.size(),
              points);
      points.clear();
      inCall = 0;
    }

    private String results(String point, Values values) {
      if (values.size() == 0) {
        return "";
      }
      var results = new ArrayList<String>();
      for (ValueFunction function : mapped.functions(window.level(), point)) {
        names.add(function.call());
        try {
          double result = function.body().applyAsDouble(values.toArray());
          if (Double.isFinite(result)) {
            results.add(function.call() + "=" + text(result));
          }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
          offenders.report(
              LOG,
              "functions_failed",
              "functions that failed, the field is left out",
              List.of(function.call() + " of " + source.live() + "/" + point + ": " + e));
        }
      }
      return String.join(" ", results);
    }

    private static String text(double number) {
      String text = Double.toString(number);
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
  }
}
