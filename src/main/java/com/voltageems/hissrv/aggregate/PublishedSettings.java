package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What those who work without HisSrv (cron, the script called without keys) need to know, in the
 * Redis hash {@value #KEY}. Written again and again: Redis may have been away, or lost it.
 */
public final class PublishedSettings {
  /** The fields are those that {@code settings} in {@code aggregate.lua} reads. */
  static final String KEY = "hissrv:config:aggregation";

  private static final Logger LOG = LoggerFactory.getLogger(PublishedSettings.class);

  /** The levels that cron closes: it must know what is folded from them. */
  private static final List<Level> CLOSED_BY_CRON =
      List.of(new Level("1m", Duration.ofMinutes(1)), new Level("5m", Duration.ofMinutes(5)));

  private final RedisConnection redis;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Map<String, String> fixed = new HashMap<>();
  private volatile String patterns;

  /**
   * Writes nothing yet.
   *
   * @param levels which levels are closed
   * @param zone whose days the levels of a day and longer follow
   * @param mapping which live keys are sampled
   * @param rules which of them
   */
  public PublishedSettings(
      RedisConnection redis,
      InstantSource clock,
      Collection<Level> levels,
      ZoneId zone,
      Mapping mapping,
      SampleRules rules) {
    this.redis = redis;
    this.clock = clock;
    this.zone = zone;
    var tiling = new Tiling(levels, zone);
    patterns = patterns(mapping, rules);
    fixed.put("levels", levels.stream().map(Level::name).collect(Collectors.joining(" ")));
    for (Level level : CLOSED_BY_CRON) {
      fixed.put("coarser:" + level.name(), coarser(tiling, level));
    }
  }

  /** Other rules from the next time on. */
  public void reconfigure(Mapping mapping, SampleRules rules) {
    patterns = patterns(mapping, rules);
  }

  private static String patterns(Mapping mapping, SampleRules rules) {
    return String.join(" ", rules.globs(mapping));
  }

  /** Writes them. While Redis is away nothing happens; others tell of that. */
  public void publish() {
    var fields = new HashMap<>(fixed);
    fields.put("patterns", patterns);
    fields.put("day_offset", dayOffset());
    try {
      redis.setFields(KEY, fields);
    } catch (RedisException e) {
      LOG.debug("settings are not published", e);
    }
  }

  private static String coarser(Tiling tiling, Level level) {
    return tiling.coarserThan(level).stream()
        .map(coarser ->
            "%s %d %s"
                .formatted(
                    coarser.name(),
                    coarser.length().toSeconds(),
                    tiling.keepsParts(coarser) ? "keep" : "fold"))
        .collect(Collectors.joining(" "));
  }

  /** Seconds that days begin before UTC's; empty where that will change. */
  private String dayOffset() {
    ZoneRules rules = zone.getRules();
    Instant now = clock.instant();
    return rules.nextTransition(now) == null
        ? Integer.toString(rules.getOffset(now).getTotalSeconds())
        : "";
  }
}
