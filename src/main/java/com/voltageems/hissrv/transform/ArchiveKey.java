package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.Level;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an archive: {@code archive:<level>:<window start, epoch seconds>:<id>}.
 *
 * @param id the channel for {@code comsrv:N:m}, else the whole source key; on a Redis Cluster
 *     always the source key, see {@link HashTag}
 */
public record ArchiveKey(Level level, long startSeconds, String id) {
  /** What every archive key begins with. */
  public static final String PREFIX = "archive:";

  private static final Pattern FORM =
      Pattern.compile("archive:([^:]+):(\\d{1,12}):(.+)", Pattern.DOTALL);
  private static final Pattern CHANNEL_SOURCE = Pattern.compile("comsrv:(\\d+):m");
  private static final Pattern CHANNEL = Pattern.compile("\\d+");

  /** The key of a source's window. */
  public static ArchiveKey of(String sourceKey, Level level, long startSeconds) {
    var channel = CHANNEL_SOURCE.matcher(sourceKey);
    return new ArchiveKey(level, startSeconds, channel.matches() ? channel.group(1) : sourceKey);
  }

  /** The key of a source's window on a Redis Cluster, in the slot of the live key. */
  public static ArchiveKey onCluster(String sourceKey, Level level, long startSeconds) {
    return new ArchiveKey(level, startSeconds, HashTag.of(sourceKey));
  }

  /** Reads a key; empty when it is not an archive's. */
  public static Optional<ArchiveKey> parse(String key) {
    var match = FORM.matcher(key);
    if (!match.matches()) {
      return Optional.empty();
    }
    return Level.parse(match.group(1))
        .filter(level -> !level.equals(Level.RAW))
        .map(level -> new ArchiveKey(level, Long.parseLong(match.group(2)), match.group(3)));
  }

  /** The source an archive without a source field comes from. */
  public String impliedSource() {
    return CHANNEL.matcher(id).matches() ? "comsrv:" + id + ":m" : HashTag.liveKeyIn(id);
  }

  @Override
  public String toString() {
    return PREFIX + level.name() + ":" + startSeconds + ":" + id;
  }
}
