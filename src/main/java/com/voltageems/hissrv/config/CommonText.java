package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.SharedConfig.Kept;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What instances have in common, as it is written down. A stamp is the revision's number and
 * something that is never given twice: a Redis that forgot may count the same number again.
 */
final class CommonText {
  private CommonText() {}

  static String newStamp(long number) {
    return number + "-" + UUID.randomUUID();
  }

  /** The revision's number; 0 for none. */
  static long number(String stamp) {
    try {
      return Long.parseLong(stamp.substring(0, Math.max(0, stamp.indexOf('-'))));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  static String overlay(Map<String, @Nullable Object> changes) {
    return Overlay.text(OwnSettings.without(changes));
  }

  /**
   * The changes that are there, beside an instance's own ones.
   *
   * @throws ConfigException when they are none
   */
  static Map<String, @Nullable Object> changes(Kept kept, Map<String, @Nullable Object> own) {
    return OwnSettings.and(own, Overlay.parse(Common.NAME, kept.overlay()));
  }

  static Map<Long, String> lines(List<ConfigRevision> log) {
    var lines = new TreeMap<Long, String>();
    log.forEach(one -> lines.put(one.number(), ConfigHistory.line(one)));
    return lines;
  }

  /**
   * The revisions that are there, the newest last; never empty.
   *
   * @param loaded what that one gives here
   */
  static List<ConfigRevision> log(Kept kept, Loaded loaded, Instant now) {
    var log = new ArrayList<ConfigRevision>();
    kept.log().forEach(line -> ConfigHistory.revision(line).ifPresent(log::add));
    long last = number(kept.stamp());
    if (log.isEmpty() || log.getLast().number() != last) {
      log.add(new ConfigRevision(last, now, Common.NAME, new TreeMap<>(), shown(loaded)));
    }
    return log;
  }

  /** A revision without what is an instance's own. */
  static ConfigRevision of(ConfigRevision one) {
    return new ConfigRevision(
        one.number(),
        one.at(),
        one.cause(),
        OwnSettings.without(one.changes()),
        OwnSettings.without(one.written()));
  }

  /** What is written and not an instance's own, secrets masked. */
  static Map<String, @Nullable Object> shown(Loaded loaded) {
    return OwnSettings.without(MaskedTree.of(loaded.written()));
  }
}
