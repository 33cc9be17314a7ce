package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The call of {@code release.lua}: one source's archives, every key declared. */
final class ReleaseScript {
  /** Revisions begin with 1. */
  static final long NOT_ON_DISK = 0;

  private static final Script SCRIPT = Script.fromResource("/lua/release.lua");

  private final RedisConnection redis;
  private final Tiling tiling;

  ReleaseScript(RedisConnection redis, Tiling tiling) {
    this.redis = redis;
    this.tiling = tiling;
  }

  /**
   * Removes all of these archives or none.
   *
   * @param revisions by window; {@link #NOT_ON_DISK} for one that must not be there
   * @return how many were there and are removed; negative when they stay
   */
  long release(SourceKeys source, Map<Window, Long> revisions) {
    var lastStart = new TreeMap<Level, Long>();
    Set<String> marks = new LinkedHashSet<>();
    for (Window window : revisions.keySet()) {
      marks.add(mark("values", window));
      marks.add(mark("open", window));
      tiling.parts(window).forEach(part -> marks.add(mark("open", part)));
      for (Window whole : tiling.foldedFromArchives(window)) {
        lastStart.merge(whole.level(), whole.startSeconds(), Math::max);
        marks.add(mark("open", whole));
      }
    }
    var keys = new ArrayList<String>();
    keys.add(source.carry());
    var arguments = new ArrayList<String>();
    arguments.add(Integer.toString(lastStart.size()));
    lastStart.forEach((level, start) -> arguments.addAll(List.of(level.name(), "" + start)));
    arguments.add(Integer.toString(marks.size()));
    arguments.addAll(marks);
    revisions.forEach((window, revision) -> {
      keys.add(source.archive(window));
      arguments.add(Long.toString(revision));
    });
    return (Long) redis.eval(SCRIPT, keys, arguments);
  }

  private static String mark(String what, Window window) {
    return what + ":" + window.level().name() + ":" + window.startSeconds();
  }
}
