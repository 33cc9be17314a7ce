package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.SharedConfig.Kept;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a configuration the same as that of other instances: takes what they changed, and tells
 * them what this one's file did. Called under {@link LiveConfig}'s lock, but for what only asks.
 */
final class Common {
  /** What people are told it is in. */
  static final String NAME = "hissrv:config";

  private static final Logger LOG = LoggerFactory.getLogger(Common.class);

  private final SharedConfig place;
  private final LiveConfig live;
  private final InstantSource clock;

  /** Of what holds here; empty while nothing was taken from there nor put there. */
  private volatile String stamp = "";

  private volatile String refused = "";
  private volatile @Nullable ConfigException trouble;
  private volatile @Nullable String untold;

  Common(SharedConfig place, LiveConfig live, InstantSource clock) {
    this.place = place;
    this.live = live;
    this.clock = clock;
  }

  /** The same, reached by other means. */
  Common at(SharedConfig other) {
    var common = new Common(other, live, clock);
    common.stamp = stamp;
    common.refused = refused;
    common.trouble = trouble;
    return common;
  }

  /** Whether there is nothing to do; one cheap question. */
  boolean isSettled() {
    String there = place.stamp();
    return trouble == null
        ? there.equals(stamp) && !there.isEmpty() && untold == null
        : there.equals(refused);
  }

  /** Why what is there does not hold here; null where it does. */
  @Nullable ConfigException trouble() {
    return trouble;
  }

  /** This instance's file has changed: others must know of it, and what was refused may do now. */
  void tell(String cause) {
    untold = cause;
    refused = "";
  }

  void catchUp() {
    Kept kept = place.read();
    if (isLost(kept)) {
      putBack(kept);
      return;
    }
    if (!kept.stamp().equals(stamp) && !kept.stamp().equals(refused)) {
      take(kept);
    }
    String cause = untold;
    if (cause != null && trouble == null) {
      tellOthers(kept, cause);
    }
  }

  /** Whether nothing is there, or less than was once: a fail-over forgets. */
  private boolean isLost(Kept kept) {
    return kept.stamp().isEmpty()
        || (!stamp.isEmpty() && CommonText.number(kept.stamp()) < CommonText.number(stamp));
  }

  /** What this instance runs by is what all have from now on. */
  private void putBack(Kept kept) {
    var log = new ArrayList<>(live.history().stream().map(CommonText::of).toList());
    ConfigRevision last = CommonText.of(live.revision());
    log.removeIf(one -> one.number() >= last.number());
    log.add(last);
    String was = stamp.isEmpty() ? "was empty" : "has forgotten what was in it";
    stamp = put(kept.stamp(), live.loaded(), log);
    refused = "";
    trouble = null;
    untold = null;
    live.renumber(log);
    LOG.info(
        "{} {}: the run-time changes of this instance are those of all now, as revision {}",
        NAME,
        was,
        last.number());
  }

  /** Before the first point is made; else as {@link #catchUp}, but tells nobody anything. */
  void take(Kept kept) {
    Loaded here = live.loaded();
    try {
      Loaded next = live.with(CommonText.changes(kept, here.overlay()), NAME);
      List<ConfigRevision> log = CommonText.log(kept, next, clock.instant());
      if (!here.overlay().isEmpty() && !here.overlay().equals(next.overlay()) && isOther(log)) {
        live.keepBeside();
      }
      live.take(next, log.getLast());
      live.renumber(log);
      stamp = kept.stamp();
      refused = "";
      trouble = null;
    } catch (ConfigException e) {
      refused = kept.stamp();
      trouble = e;
      LOG.error(
          "revision {} of {} can't be applied here, the last good one goes on: {}",
          CommonText.number(kept.stamp()),
          NAME,
          e.getMessage());
    }
  }

  /** Whether what this instance has was never in there. */
  private boolean isOther(List<ConfigRevision> log) {
    return stamp.isEmpty()
        && live.history().stream()
            .noneMatch(here ->
                log.stream()
                    .anyMatch(
                        there -> there.number() == here.number() && there.at().equals(here.at())));
  }

  /** Where others have the same already, theirs is this one's revision, too. */
  private void tellOthers(Kept kept, String cause) {
    Loaded here = live.loaded();
    List<ConfigRevision> log = CommonText.log(kept, here, clock.instant());
    ConfigRevision last = log.getLast();
    Map<String, @Nullable Object> shown = CommonText.shown(here);
    if (!last.written().equals(shown)) {
      var differences = Difference.between(Written.flat(last.written()), Written.flat(shown));
      var revision =
          new ConfigRevision(last.number() + 1, clock.instant(), by(cause), differences, shown);
      log.add(revision);
      stamp = put(kept.stamp(), here, List.of(revision));
    }
    untold = null;
    live.renumber(log);
  }

  /**
   * Changes what all have; this instance is the first that takes it.
   *
   * @return the revision's number
   * @throws SharedConfigException when nothing is changed, but perhaps where it did not answer
   */
  long change(Loaded next, String cause, ConfigChange change) {
    var revision =
        new ConfigRevision(
            CommonText.number(stamp) + 1,
            clock.instant(),
            by(cause),
            change.changes(),
            CommonText.shown(next));
    var log = new ArrayList<>(live.history());
    log.add(revision);
    String now = put(stamp, next, List.of(revision));
    try {
      live.take(next, revision);
      live.renumber(log);
      stamp = now;
    } catch (ConfigException e) {
      refused = now;
      trouble = e;
      throw e;
    }
    return revision.number();
  }

  private String by(String cause) {
    return cause + " on " + place.instance();
  }

  private String put(String expected, Loaded loaded, List<ConfigRevision> log) {
    String next = CommonText.newStamp(log.getLast().number());
    String overlay = CommonText.overlay(loaded.overlay());
    if (!place.replace(expected, next, overlay, CommonText.lines(log))) {
      throw SharedConfigException.overtaken();
    }
    return next;
  }
}
