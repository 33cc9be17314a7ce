package com.voltageems.hissrv.aggregate;

import static java.util.Comparator.comparingInt;

import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.ledger.Observation;
import com.voltageems.hissrv.ledger.Sighting;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one sample of every source, a bounded number of points per call, one call in flight. Where
 * nothing about a window's sample is new but its values, these are read here and only their row is
 * given to the script; all else the script reads itself.
 */
final class Sampler {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  private static final int POINTS_PER_CALL = 500;
  private static final int SOURCES_PER_CALL = 10;

  /** What is wider may have become far too wide to be read at once. */
  private static final int MOST_READ = 5_000;

  /** So many fields of a live hash may be no points. */
  private static final int BOOKKEEPING = 3;

  /** Numbers the script answers for each filter. */
  private static final int PER_FILTER = 3;

  private final AggregationScript script;
  private final Mode mode;
  private final Tiling tiling;
  private final OpenWindows open;
  private final Metrics metrics;
  private final Offenders offenders;
  private final SourceWidths widths;
  private final SampleRules rules;
  private final Fences fences;

  /** Up to when (epoch ms) the windows that were sampled last go on, by live key. */
  private final Map<String, Long> openUntil = new HashMap<>();

  /** Up to when the script does better to look first whether anything changed, by live key. */
  private final Map<String, Long> stillUntil = new HashMap<>();

  Sampler(
      AggregationScript script,
      Mode mode,
      Tiling tiling,
      OpenWindows open,
      SourceWidths widths,
      SampleRules rules,
      Fences fences,
      Metrics metrics,
      Offenders offenders) {
    this.fences = fences;
    this.script = script;
    this.mode = mode;
    this.tiling = tiling;
    this.open = open;
    this.widths = widths;
    this.rules = rules;
    this.metrics = metrics;
    this.offenders = offenders;
  }

  /** Samples every source at this moment; returns what was seen of each. */
  Observation.Swept sweep(Beat beat, Collection<String> sources, Set<String> timed) {
    var swept =
        new Observation.Swept(
            beat.nowMillis(),
            rules.sources().interval().toMillis(),
            new HashMap<>(),
            new HashMap<>(),
            beat.held());
    widths.retain(sources);
    openUntil.keySet().retainAll(sources);
    stillUntil.keySet().retainAll(sources);
    List<SourceKeys> left =
        sources.stream().map(script::keys).sorted(comparingInt(script::slot)).toList();
    while (!left.isEmpty()) {
      List<SourceKeys> some = widths.first(left, SOURCES_PER_CALL, POINTS_PER_CALL);
      sample(beat, some, timed, swept);
      left = left.subList(some.size(), left.size());
    }
    return swept;
  }

  private void sample(
      Beat beat, List<SourceKeys> sources, Set<String> timed, Observation.Swept swept) {
    long nowMillis = beat.nowMillis();
    Map<SourceKeys, Answer> answers = append(beat, sources, timed);
    List<SourceKeys> others = sources.stream().filter(one -> !answers.containsKey(one)).toList();
    if (!others.isEmpty()) {
      List<Answer> sampled = script.sample(beat, others, timed);
      for (int i = 0; i < others.size(); i++) {
        answers.put(others.get(i), sampled.get(i));
      }
    }
    var wrongType = new ArrayList<String>();
    var late = new ArrayList<String>();
    var broken = new ArrayList<String>();
    var stale = new ArrayList<String>();
    for (SourceKeys source : sources) {
      Answer answer = Objects.requireNonNull(answers.get(source));
      if (answer.isFenced()) {
        fences.add(source);
        continue;
      }
      swept.seen().put(source.live(), sighting(answer));
      answer.lastBefore().ifPresent(last -> swept.missing().put(source.live(), last));
      switch (answer.refusal()) {
        case "" -> {
          sampled(nowMillis, source, answer);
          if (answer.numbers().size() > 2 && answer.numbers().get(2) > 0) {
            stale.add(source.live());
          }
        }
        case "wrongtype" -> wrongType.add(source.live());
        case "merged" -> merged(nowMillis, source);
        case "soon" -> metrics.add("samples_ignored", 1);
        case "late" -> late.add(source.live());
        default -> broken.add(source.live() + " (" + answer.why() + ")");
      }
    }
    offenders.report(LOG, "live_keys_of_wrong_type", "live keys that are no hash", wrongType);
    offenders.report(
        LOG, "late_samples", "samples of windows that are closed and gone, not counted", late);
    if (mode == Mode.LIVE) {
      offenders.report(
          LOG,
          "samples_with_stale_values",
          "sources with values older than sources.stale_after by their :ts (epoch ms), these are not counted",
          stale);
    } else {
      // A past that is driven through has hours of them in a second.
      metrics.add("samples_with_stale_values", stale.size());
    }
    offenders.reportUnnamed(
        LOG,
        "samples_refused",
        "sources that can't be sampled: too wide, or a key is spoilt",
        broken);
  }

  /** Reads those that allow it and adds their rows. Returns the answers of those that did. */
  private Map<SourceKeys, Answer> append(Beat beat, List<SourceKeys> sources, Set<String> timed) {
    var answers = new HashMap<SourceKeys, Answer>();
    List<SourceKeys> plain =
        sources.stream().filter(one -> isPlain(beat, one, timed.contains(one.live()))).toList();
    if (plain.isEmpty()) {
      return answers;
    }
    List<Optional<LiveRow>> read = script.read(beat, plain);
    var rows = new LinkedHashMap<SourceKeys, LiveRow>();
    for (int i = 0; i < plain.size(); i++) {
      SourceKeys source = plain.get(i);
      read.get(i).ifPresent(row -> rows.put(source, row));
    }
    if (!rows.isEmpty()) {
      Window window = tiling.windowAt(tiling.finest(), beat.nowMillis());
      List<Answer> appended = script.append(beat, rows);
      int place = 0;
      for (SourceKeys source : rows.keySet()) {
        Answer answer = appended.get(place++);
        switch (answer.refusal()) {
          case "read" -> {}
          case "still" -> stillUntil.put(source.live(), window.endMillis());
          default -> answers.put(source, answer);
        }
      }
    }
    return answers;
  }

  private boolean isPlain(Beat beat, SourceKeys source, boolean timed) {
    int points = widths.of(source);
    return points > 0
        && points <= MOST_READ
        && beat.nowMillis() < openUntil.getOrDefault(source.live(), Long.MIN_VALUE)
        && beat.nowMillis() >= stillUntil.getOrDefault(source.live(), Long.MIN_VALUE)
        && !script.judges(source, timed);
  }

  private static Sighting sighting(Answer answer) {
    return switch (answer.refusal()) {
      case "" -> ofValues(answer.numbers());
      case "merged", "soon" -> Sighting.SAMPLED;
      case "wrongtype" -> Sighting.ABSENT;
      case "late" -> Sighting.LATE;
      default -> Sighting.UNREADABLE;
    };
  }

  /** Where hardly a field is left, it may be bookkeeping: then what was kept out is told. */
  private static Sighting ofValues(List<Long> numbers) {
    if (numbers.getFirst() == 0) {
      return Sighting.ABSENT;
    }
    if (numbers.size() < 4) {
      return Sighting.SAMPLED;
    }
    long stale = numbers.get(2);
    long rows = 0;
    long filtered = 0;
    for (int i = 4; i + 2 < numbers.size(); i += PER_FILTER) {
      rows += numbers.get(i);
      filtered += numbers.get(i + 1);
    }
    long left = numbers.getFirst() - numbers.get(1) - stale - filtered;
    if (rows > 0) {
      return Sighting.FILTERED;
    }
    if (left > BOOKKEEPING || stale + filtered == 0) {
      return Sighting.SAMPLED;
    }
    return stale >= filtered ? Sighting.STALE : Sighting.FILTERED;
  }

  private void sampled(long nowMillis, SourceKeys source, Answer answer) {
    int points = (int) answer.size();
    widths.put(source, points);
    if (points > 0) {
      Window window = tiling.windowAt(tiling.finest(), nowMillis);
      open.add(window, source);
      openUntil.put(source.live(), window.endMillis());
      metrics.add("samples", 1);
      metrics.add("sampled_values", points);
      judged(source, answer.numbers());
    }
  }

  /** What filters and times of values kept out, where samples are judged. */
  private void judged(SourceKeys source, List<Long> numbers) {
    if (numbers.size() < 4) {
      return;
    }
    metrics.add("junk_values", numbers.get(1));
    metrics.add("stale_values", numbers.get(2));
    metrics.add("filter_fields_absent", numbers.get(3));
    List<FilterConfig> filters = rules.of(source.live());
    for (int i = 0; i < filters.size() && 6 + PER_FILTER * i < numbers.size(); i++) {
      String name = filters.get(i).name();
      int at = 4 + PER_FILTER * i;
      count("filtered_samples", name, numbers.get(at));
      count("filtered_values", name, numbers.get(at + 1));
      count("held_values", name, numbers.get(at + 2));
    }
  }

  private void count(String counter, String filter, long number) {
    if (number > 0) {
      metrics.addLabelled(counter, "filter", filter, number);
    }
  }

  private void merged(long nowMillis, SourceKeys source) {
    open.add(tiling.windowAt(tiling.finest(), nowMillis), source);
    metrics.add("samples_merged_late", 1);
  }
}
