package com.voltageems.hissrv.aggregate;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.redis.ScriptCall;
import com.voltageems.hissrv.transform.Mapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The calls of {@code aggregate.lua}, with every key declared. */
final class AggregationScript {
  static final String PENDING = "archive:pending";

  static final Script SCRIPT = Script.fromResource("/lua/aggregate.lua");

  private static final byte[] NOTHING = {};

  private final RedisConnection redis;
  private final Mode mode;
  private final Tiling tiling;
  private final QueuedArchives queued;
  private final SourceSettings settings;
  private final String intervalMillis;

  /**
   * @param mapping tells which statistics a source has
   * @param queued told, on a Cluster, what the script has written
   */
  AggregationScript(
      RedisConnection redis,
      Mode mode,
      Tiling tiling,
      Mapping mapping,
      QueuedArchives queued,
      SampleRules rules) {
    settings = new SourceSettings(mapping, rules);
    intervalMillis = Long.toString(rules.sources().interval().toMillis());
    this.queued = queued;
    this.redis = redis;
    this.mode = mode;
    this.tiling = tiling;
  }

  /** The names of a source's keys. */
  SourceKeys keys(String live) {
    return new SourceKeys(live, redis.isCluster());
  }

  /** Sources of one slot share a call; those of near slots mostly a round trip. */
  int slot(SourceKeys source) {
    return redis.slot(source.live());
  }

  /**
   * One sample of each source; answers in the order of the sources.
   *
   * @param timed live keys that have times of their values
   */
  List<Answer> sample(Beat beat, List<SourceKeys> sources, Set<String> timed) {
    Window window = tiling.windowAt(tiling.finest(), beat.nowMillis());
    return call(
        sources,
        window,
        some -> sampleCall(beat, window, some, timed),
        answer -> answer.refusal().equals("merged"));
  }

  private ScriptCall sampleCall(
      Beat beat, Window window, List<SourceKeys> sources, Set<String> timed) {
    var keys = new ArrayList<String>();
    keys.add(queueOf(sources.getFirst()));
    for (SourceKeys source : sources) {
      keys.add(source.live());
      keys.add(source.carry());
      keys.add(source.accumulator(window));
      keys.add(source.rawRows(window));
      keys.add(source.archive(window));
      if (!timed.isEmpty()) {
        keys.add(source.times());
      }
    }
    List<String> arguments = arguments("sample", beat);
    arguments.add(timed.isEmpty() ? "5" : "6");
    for (SourceKeys source : sources) {
      arguments.add(settings.of(source.live(), timed.contains(source.live())));
    }
    return new ScriptCall(keys, arguments);
  }

  private List<String> arguments(String operation, Beat beat) {
    return new ArrayList<>(
        List.of(
            operation,
            Long.toString(beat.nowMillis()),
            Long.toString(beat.held().epoch()),
            mode.argument,
            intervalMillis));
  }

  /**
   * Adds rows to windows that are open, after reading the live hashes: that costs Redis a third of
   * what {@link #sample} does. Answers in the order of the sources; refused ({@code read}) where
   * only {@link #sample} knows what to do.
   *
   * @param rows of these sources
   */
  List<Answer> append(Beat beat, Map<SourceKeys, LiveRow> rows) {
    Window window = tiling.windowAt(tiling.finest(), beat.nowMillis());
    return call(
        List.copyOf(rows.keySet()),
        window,
        some -> appendCall(beat, window, some, rows),
        _ -> false);
  }

  private ScriptCall appendCall(
      Beat beat, Window window, List<SourceKeys> sources, Map<SourceKeys, LiveRow> rows) {
    var keys = new ArrayList<String>();
    List<Object> arguments = new ArrayList<>(arguments("append", beat));
    byte[] before = NOTHING;
    for (SourceKeys source : sources) {
      keys.add(source.carry());
      keys.add(source.accumulator(window));
      keys.add(source.rawRows(window));
      LiveRow row = Objects.requireNonNull(rows.get(source));
      arguments.add(row.row());
      arguments.add(Arrays.equals(row.layout(), before) ? NOTHING : row.layout());
      before = row.layout();
    }
    return new ScriptCall(keys, arguments);
  }

  /** Reads live hashes; empty where one is no hash, or holds what only the script can read. */
  List<Optional<LiveRow>> read(Beat beat, List<SourceKeys> sources) {
    return redis.byteFields(sources.stream().map(SourceKeys::live).toList()).stream()
        .map(hash -> hash.flatMap(fields -> LiveRow.of(fields, beat.nowMillis())))
        .toList();
  }

  /** Whether a source's samples are judged, by filters or by the times of values. */
  boolean judges(SourceKeys source, boolean timed) {
    return settings.judges(source.live(), timed);
  }

  /** Closes one window of each source; answers in the order of the sources. */
  List<Answer> close(Beat beat, Window window, List<SourceKeys> sources) {
    return call(
        sources, window, some -> closeCall(beat, window, some), answer -> answer.size() > 0);
  }

  private ScriptCall closeCall(Beat beat, Window window, List<SourceKeys> sources) {
    List<Window> coarser =
        tiling.coarserThan(window.level()).stream()
            .map(level -> tiling.windowAt(level, window.startMillis()))
            .toList();
    var keys = new ArrayList<String>();
    keys.add(queueOf(sources.getFirst()));
    int inputs = 0;
    for (SourceKeys source : sources) {
      List<String> inputKeys = inputKeys(source, window);
      inputs = inputKeys.size();
      keys.add(source.live());
      keys.add(source.carry());
      keys.add(source.archive(window));
      keys.addAll(inputKeys);
      coarser.stream()
          .filter(one -> tiling.keepsParts(one.level()))
          .map(source::accumulator)
          .forEach(keys::add);
    }
    var arguments = new ArrayList<String>();
    arguments.add("aggregate_" + window.level().name());
    arguments.add(Long.toString(beat.nowMillis()));
    arguments.add(Long.toString(beat.held().epoch()));
    arguments.add(mode.argument);
    arguments.add(Long.toString(window.startSeconds()));
    arguments.add(Long.toString(window.endSeconds()));
    arguments.add(inputs(window.level()));
    arguments.add(Integer.toString(inputs));
    for (Window one : coarser) {
      arguments.add(one.level().name());
      arguments.add(Long.toString(one.startSeconds()));
      arguments.add(Long.toString(one.endSeconds()));
      arguments.add(tiling.keepsParts(one.level()) ? "keep" : "fold");
    }
    return new ScriptCall(keys, arguments);
  }

  /**
   * Adds what functions gave to some points of a closed window.
   *
   * @param spent the minutes whose rows are then removed; empty: there is more to come, or a
   *     coarser level needs them
   */
  Answer addFunctions(
      Beat beat,
      Window window,
      SourceKeys source,
      List<Window> spent,
      boolean last,
      String revision,
      String names,
      long written,
      List<String> points) {
    List<String> keys = functionKeys(window, source);
    for (Window minute : spent) {
      keys.add(source.accumulator(minute));
      keys.add(source.rawRows(minute));
    }
    List<String> arguments = functionArguments(beat, window, revision, names);
    arguments.add(last ? "last" : "part");
    arguments.add(Long.toString(written));
    arguments.addAll(points);
    return call(
            List.of(source),
            window,
            _ -> new ScriptCall(keys, arguments),
            answer -> last && answer.size() > 0)
        .getFirst();
  }

  /** Gives up waiting for functions. */
  Answer dropFunctions(Beat beat, Window window, SourceKeys source) {
    List<String> arguments = functionArguments(beat, window, "", "");
    arguments.addAll(List.of("drop", "0"));
    var call = new ScriptCall(functionKeys(window, source), arguments);
    return call(List.of(source), window, _ -> call, _ -> false).getFirst();
  }

  private List<String> functionKeys(Window window, SourceKeys source) {
    return new ArrayList<>(List.of(queueOf(source), source.carry(), source.archive(window)));
  }

  private List<String> functionArguments(Beat beat, Window window, String revision, String names) {
    return new ArrayList<>(
        List.of(
            "functions",
            Long.toString(beat.nowMillis()),
            Long.toString(beat.held().epoch()),
            mode.argument,
            window.level().name(),
            Long.toString(window.startSeconds()),
            revision,
            names));
  }

  /** What a level's windows are closed from, in the script's word. */
  private String inputs(Level level) {
    if (level.equals(tiling.finest())) {
      return "samples";
    }
    return tiling.keepsParts(level) ? "parts" : "archives";
  }

  private List<String> inputKeys(SourceKeys source, Window window) {
    return switch (inputs(window.level())) {
      case "samples" -> List.of(source.accumulator(window), source.rawRows(window));
      case "parts" -> List.of(source.accumulator(window));
      default -> tiling.parts(window).stream().map(source::archive).toList();
    };
  }

  /** The list that the script queues archives in: on a Cluster one that lies beside them. */
  private String queueOf(SourceKeys source) {
    return redis.isCluster() ? source.queued() : PENDING;
  }

  private List<Answer> call(
      List<SourceKeys> sources,
      Window window,
      Function<List<SourceKeys>, ScriptCall> callFor,
      Predicate<Answer> wroteArchive) {
    List<List<SourceKeys>> bySlot =
        List.copyOf(
            sources.stream()
                .collect(groupingBy(this::slot, LinkedHashMap::new, toList()))
                .values());
    List<Object> replies = redis.eval(SCRIPT, bySlot.stream().map(callFor).toList());
    Map<SourceKeys, Answer> answerOf = new HashMap<>();
    for (int c = 0; c < replies.size(); c++) {
      var reply = (List<?>) replies.get(c);
      List<SourceKeys> ofCall = bySlot.get(c);
      for (int i = 0; i < ofCall.size(); i++) {
        SourceKeys source = ofCall.get(i);
        Answer answer = Answer.of(reply.get(i));
        answerOf.put(source, answer);
        if (redis.isCluster() && wroteArchive.test(answer)) {
          queued.add(queueOf(ofCall.getFirst()), source.archive(window));
        }
      }
    }
    return sources.stream().map(answerOf::get).toList();
  }
}
