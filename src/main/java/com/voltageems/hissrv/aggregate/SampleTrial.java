package com.voltageems.hissrv.aggregate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.ScriptCall;
import java.util.ArrayList;
import java.util.List;

/**
 * What filters and stale times would keep out of one sample taken now: judged by the script that
 * samples, which writes nothing for it.
 */
public final class SampleTrial {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String OPERATION = "judge";

  /** Rows, values, and values that a deadband held. */
  private static final int PER_FILTER = 3;

  /** Where the filters' counts begin in an answer: see {@code aggregate.lua}. */
  private static final int FILTERS_AT = 4;

  private final RedisConnection redis;
  private final SampleRules rules;

  /** By these rules. */
  public SampleTrial(RedisConnection redis, SampleRules rules) {
    this.redis = redis;
    this.rules = rules;
  }

  /**
   * What would be kept out of a source's sample.
   *
   * @param source the live key
   * @param staleValues values that are older than {@code sources.stale_after} by their {@code :ts}
   * @param filters those that match the source, in their order
   */
  public record Verdict(String source, long staleValues, List<Share> filters) {
    /** Copies the list. */
    public Verdict {
      filters = List.copyOf(filters);
    }
  }

  /**
   * One filter's share.
   *
   * @param isWhole whether it keeps out the row as a whole
   * @param values it keeps out by themselves
   */
  public record Share(FilterConfig filter, boolean isWhole, long values) {}

  /**
   * Judges what live hashes hold now. Those that nothing judges, that are gone or that can't be
   * sampled have no verdict.
   *
   * @param sources live keys, all hashes
   */
  public List<Verdict> of(List<String> sources) {
    long now = redis.clock().millis();
    List<String> times = times(sources);
    var asked = new ArrayList<String>();
    var calls = new ArrayList<ScriptCall>();
    for (int i = 0; i < sources.size(); i++) {
      String source = sources.get(i);
      var more = JSON.createObjectNode();
      boolean timed = !times.isEmpty() && times.get(i).equals("hash");
      rules.addTo(more, source, timed);
      if (!more.isEmpty()) {
        List<String> keys = timed ? List.of(source, timesOf(source)) : List.of(source);
        String at = Long.toString(now);
        asked.add(source);
        calls.add(
            new ScriptCall(
                keys, List.of(OPERATION, at, "0", Mode.REPLAY.argument, more.toString())));
      }
    }
    if (calls.isEmpty()) {
      return List.of();
    }
    List<Object> replies = redis.eval(AggregationScript.SCRIPT, calls);
    var verdicts = new ArrayList<Verdict>();
    for (int i = 0; i < replies.size(); i++) {
      Answer answer = Answer.of(((List<?>) replies.get(i)).getFirst());
      if (answer.numbers().size() >= FILTERS_AT) {
        verdicts.add(verdict(asked.get(i), answer.numbers()));
      }
    }
    return verdicts;
  }

  private Verdict verdict(String source, List<Long> numbers) {
    var shares = new ArrayList<Share>();
    int at = FILTERS_AT;
    for (FilterConfig filter : rules.of(source)) {
      // Once a row is dropped no later filter is asked.
      boolean told = at + 1 < numbers.size();
      shares.add(new Share(filter, told && numbers.get(at) > 0, told ? numbers.get(at + 1) : 0));
      at += PER_FILTER;
    }
    return new Verdict(source, numbers.get(2), shares);
  }

  /** The types of the hashes of times; none on a Cluster, where they lie in other slots. */
  private List<String> times(List<String> sources) {
    return redis.isCluster()
        ? List.of()
        : redis.types(sources.stream().map(SampleTrial::timesOf).toList());
  }

  private static String timesOf(String source) {
    return new SourceKeys(source, false).times();
  }
}
