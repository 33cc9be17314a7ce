package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.HashTag;
import com.voltageems.hissrv.transform.Mapping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the live hashes that a mapping rule matches, by SCAN; never on the hot path. */
final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  /** What stands for bytes that are no UTF-8: such a key can't be asked for again by its name. */
  private static final char REPLACEMENT = '\uFFFD';

  private final RedisConnection redis;
  private final Mapping mapping;
  private final Collection<String> globs;
  private final Offenders offenders;
  private final Set<String> hashes = new HashSet<>();

  /**
   * Live keys.
   *
   * @param timed those of them beside which there is a hash of their values' times
   */
  record Found(SortedSet<String> sources, Set<String> timed) {
    static final Found NOTHING = new Found(new TreeSet<>(), Set.of());
  }

  Discovery(RedisConnection redis, Mapping mapping, Collection<String> globs, Offenders offenders) {
    this.globs = globs;
    this.redis = redis;
    this.mapping = mapping;
    this.offenders = offenders;
  }

  /** The live keys there are now, sorted. Keys of another type are reported and left out. */
  Found find() {
    var matching = new TreeSet<String>();
    var unreadable = new TreeSet<String>();
    var untaggable = new TreeSet<String>();
    for (String glob : globs) {
      redis.scan(
          glob,
          key -> {
            if (!key.startsWith("hissrv:") && mapping.of(key).isPresent()) {
              if (key.indexOf(REPLACEMENT) >= 0) {
                unreadable.add(key);
              } else if (redis.isCluster() && !HashTag.isPossible(key)) {
                untaggable.add(key);
              } else {
                matching.add(key);
              }
            }
          });
    }
    var unknown = new ArrayList<>(matching);
    unknown.removeAll(hashes);
    // A scan misses keys that move from one master to another meanwhile: they are asked for.
    var unseen = new ArrayList<>(hashes);
    unseen.removeAll(matching);
    unknown.addAll(unseen);
    unseen.forEach(hashes::remove);
    var wrong = new ArrayList<String>();
    List<String> types = redis.types(unknown);
    for (int i = 0; i < types.size(); i++) {
      switch (types.get(i)) {
        case "hash" -> hashes.add(unknown.get(i));
        case "none" -> {}
        default -> wrong.add(unknown.get(i) + " is a " + types.get(i));
      }
    }
    offenders.report(LOG, "live_keys_of_wrong_type", "live keys that are no hash", wrong);
    offenders.report(
        LOG, "live_keys_unreadable", "live keys whose names are no UTF-8, not sampled", unreadable);
    offenders.report(
        LOG,
        "live_keys_untaggable",
        "live keys with a lone brace, which no name of ours can share a slot with, not sampled",
        untaggable);
    var sources = new TreeSet<>(hashes);
    return new Found(sources, timed(List.copyOf(sources)));
  }

  /** On a Cluster none: a script can't read what lies in another slot. */
  private Set<String> timed(List<String> sources) {
    if (redis.isCluster()) {
      return Set.of();
    }
    List<String> types =
        redis.types(sources.stream().map(live -> new SourceKeys(live, false).times()).toList());
    var timed = new HashSet<String>();
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).equals("hash")) {
        timed.add(sources.get(i));
      }
    }
    return timed;
  }
}
