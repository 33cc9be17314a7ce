package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The calls of {@code aggregate.lua}, with every key declared. */
final class AggregationScript {
  static final String PENDING = "archive:pending";

  /** The level that samples go into, and the one folded from it. */
  static final Level ONE_MINUTE = new Level("1m", Duration.ofMinutes(1));

  static final Level FIVE_MINUTES = new Level("5m", Duration.ofMinutes(5));

  private static final Script SCRIPT = Script.fromResource("/lua/aggregate.lua");

  /** No lease: nobody else may be sampling. */
  private static final String UNFENCED = "0";

  private final RedisConnection redis;
  private final Mode mode;
  private final String coarser;

  /**
   * @param levels those that are closed
   */
  AggregationScript(RedisConnection redis, Mode mode, Collection<Level> levels) {
    this.redis = redis;
    this.mode = mode;
    coarser = levels.contains(FIVE_MINUTES) ? FIVE_MINUTES.name() : "";
  }

  /** One sample of each source; answers in the order of the sources. */
  List<Answer> sample(long nowMillis, Collection<SourceKeys> sources) {
    Window window = ONE_MINUTE.windowAt(nowMillis);
    var keys = new ArrayList<String>();
    for (SourceKeys source : sources) {
      addOneMinuteKeys(keys, source, window);
    }
    return call(
        keys, List.of("sample", Long.toString(nowMillis), UNFENCED, mode.argument, coarser));
  }

  /** Closes one window of each source; answers in the order of the sources. */
  List<Answer> close(long nowMillis, Window window, Collection<SourceKeys> sources) {
    var keys = new ArrayList<String>();
    for (SourceKeys source : sources) {
      if (window.level().equals(ONE_MINUTE)) {
        addOneMinuteKeys(keys, source, window);
      } else {
        addFiveMinuteKeys(keys, source, window);
      }
    }
    return call(
        keys,
        List.of(
            "aggregate_" + window.level().name(),
            Long.toString(nowMillis),
            UNFENCED,
            mode.argument,
            coarser,
            Long.toString(window.startSeconds())));
  }

  private static void addOneMinuteKeys(List<String> keys, SourceKeys source, Window window) {
    keys.add(source.live());
    keys.add(source.carry());
    keys.add(source.accumulator(window));
    keys.add(source.rawRows(window));
    keys.add(source.archive(ONE_MINUTE, window.startSeconds()));
  }

  private static void addFiveMinuteKeys(List<String> keys, SourceKeys source, Window window) {
    keys.add(source.live());
    keys.add(source.carry());
    keys.add(source.archive(FIVE_MINUTES, window.startSeconds()));
    for (int minute = 0; minute < 5; minute++) {
      keys.add(source.archive(ONE_MINUTE, window.startSeconds() + minute * 60L));
    }
  }

  private List<Answer> call(List<String> keys, List<String> arguments) {
    keys.addFirst(PENDING);
    var answers = (List<?>) redis.eval(SCRIPT, keys, arguments);
    return answers.stream().map(Answer::of).toList();
  }

  /**
   * What the script answers for one source.
   *
   * @param refusal why nothing was done ({@code wrongtype}, {@code late} …); empty when it was done
   * @param numbers the numbers of the answer: see {@code aggregate.lua}
   * @param texts its texts
   */
  record Answer(String refusal, List<Long> numbers, List<String> texts) {
    static Answer of(Object answer) {
      if (answer instanceof Long number) {
        return new Answer("", List.of(number), List.of());
      }
      var numbers = new ArrayList<Long>();
      var texts = new ArrayList<String>();
      for (Object element : (List<?>) answer) {
        if (element instanceof Long number) {
          numbers.add(number);
        } else {
          texts.add(String.valueOf(element));
        }
      }
      boolean refused = numbers.isEmpty();
      return new Answer(refused ? texts.getFirst() : "", numbers, texts);
    }

    /** Why nothing was done, in the words of Redis or Lua where they have any. */
    String why() {
      return String.join(": ", texts);
    }

    /** The first number: fields sampled, or points written. */
    long size() {
      return numbers.isEmpty() ? 0 : numbers.getFirst();
    }
  }
}
