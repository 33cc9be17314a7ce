package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.aggregate.SampleRules;
import com.voltageems.hissrv.aggregate.SampleTrial;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.redis.KeyWalk;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.HashTag;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Tries a configuration on the live keys there are. It only reads: step by step, by SCAN, TYPE and
 * HGETALL, and by the script that samples, which judges and writes nothing.
 */
public final class DryRun {
  /** How many keys are looked at where nobody says otherwise. */
  public static final long MOST = 100_000;

  private static final int HASHES_AT_ONCE = 50;
  private static final int TYPES_AT_ONCE = 1_000;

  /** What stands for bytes that are no UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private final Config config;
  private final RedisConnection redis;
  private final Mapping mapping;
  private final long most;

  /**
   * Reads nothing yet.
   *
   * @param most how many keys are looked at, those of HisSrv aside
   */
  public DryRun(Config config, RedisConnection redis, long most) {
    this.config = config;
    this.redis = redis;
    this.most = most;
    mapping = new Mapping(config.mappings(), config.aggregations());
  }

  /**
   * Looks.
   *
   * @param progress told now and then how many keys were looked at
   * @throws com.voltageems.hissrv.redis.RedisException when Redis is away or refuses
   */
  public DryRunReport run(LongConsumer progress) {
    var keys = new TreeSet<String>();
    boolean complete = find(keys, progress);
    var sources = new TreeMap<String, MappedSource>();
    var others = new TreeMap<String, Optional<MappedSource>>();
    for (String key : keys) {
      Optional<MappedSource> source = mapping.of(key);
      if (source.isPresent() || !isTimes(key, keys)) {
        others.put(key, source);
      }
    }
    var unmatched = new UnmatchedKeys();
    var unsampled = new TreeMap<String, String>();
    sort(others, sources, unmatched, unsampled);
    var findings = new RuleFindings(config);
    var filters = new FilterFindings(config.filters());
    var trial = new SampleTrial(redis, new SampleRules(config.sources(), config.filters()));
    List<String> all = List.copyOf(sources.keySet());
    for (int i = 0; i < all.size(); i += HASHES_AT_ONCE) {
      List<String> some = all.subList(i, Math.min(i + HASHES_AT_ONCE, all.size()));
      List<Optional<Map<String, String>>> hashes = redis.hashes(some);
      for (int k = 0; k < some.size(); k++) {
        Map<String, String> hash = hashes.get(k).orElseGet(Map::of);
        MappedSource source = sources.get(some.get(k));
        if (source != null && !hash.isEmpty()) {
          findings.add(source, hash);
        }
      }
      trial.of(some).forEach(filters::add);
    }
    return new DryRunReport(
        keys.size(),
        complete,
        findings.rules(),
        findings.series(),
        filters.found(),
        filters.stale(),
        unmatched.found(),
        Examples.first(unsampled),
        findings.shared());
  }

  /** Returns whether all were seen. */
  private boolean find(SortedSet<String> keys, LongConsumer progress) {
    KeyWalk walk = redis.walk("*");
    do {
      for (String key : walk.step()) {
        if (!isOurs(key)) {
          if (keys.size() >= most && !keys.contains(key)) {
            return false;
          }
          keys.add(key);
        }
      }
      progress.accept(keys.size());
    } while (!walk.isAtStart());
    return true;
  }

  private static boolean isOurs(String key) {
    return key.startsWith("hissrv:")
        || key.startsWith("{hissrv:")
        || key.startsWith("archive:")
        || key.startsWith("{archive:");
  }

  /** Times of values beside a live key. */
  private static boolean isTimes(String key, SortedSet<String> keys) {
    return key.endsWith(":ts") && keys.contains(key.substring(0, key.length() - ":ts".length()));
  }

  private void sort(
      Map<String, Optional<MappedSource>> keys,
      Map<String, MappedSource> sources,
      UnmatchedKeys unmatched,
      Map<String, String> unsampled) {
    var names = new ArrayList<>(keys.keySet());
    for (int i = 0; i < names.size(); i += TYPES_AT_ONCE) {
      List<String> some = names.subList(i, Math.min(i + TYPES_AT_ONCE, names.size()));
      List<String> types = redis.types(some);
      for (int k = 0; k < some.size(); k++) {
        String key = some.get(k);
        String type = types.get(k);
        Optional<MappedSource> source = keys.getOrDefault(key, Optional.empty());
        if (type.equals("hash") && source.isEmpty()) {
          unmatched.add(key);
        } else if (source.isPresent() && key.indexOf(REPLACEMENT) >= 0) {
          unsampled.put(key, "its name is no UTF-8");
        } else if (source.isPresent() && redis.isCluster() && !HashTag.isPossible(key)) {
          unsampled.put(
              key, "its name has a lone brace, which no key of ours can share a slot with");
        } else if (source.isPresent() && type.equals("hash")) {
          sources.put(key, source.get());
        } else if (source.isPresent() && !type.equals("none")) {
          unsampled.put(key, "is a " + type + ", not a hash");
        }
      }
    }
  }
}
