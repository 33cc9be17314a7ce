package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.ArchiveRelease;
import com.voltageems.hissrv.config.Sizes;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.DurableArchive;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archives in Redis that are on disk: how much memory they take, and when they leave before
 * their time. An archive leaves together with the others that the next coarser window was folded
 * from: with a part of them gone a late sample of the rest could not be folded. Safe for any
 * thread.
 */
public final class Archives {
  private static final Logger LOG = LoggerFactory.getLogger(Archives.class);

  /** The script writes archives with this time to live. */
  private static final Duration TTL = Duration.ofHours(2);

  private final boolean cluster;
  private final boolean shared;
  private final InstantSource clock;
  private final AggregationConfig config;
  private final Metrics metrics;
  private final Tiling tiling;
  private final ReleaseScript script;
  private final LeftArchives left;
  private final ArchiveRegister register = new ArchiveRegister();
  private volatile Taken taken = new Taken(0, 0);
  private boolean tooMuch;

  /**
   * Knows of no archive yet.
   *
   * @param clock tells which windows have ended
   * @param zone the site's, for levels of a day and longer
   * @param shared whether other instances take from the queue, too: then an empty queue says
   *     nothing
   */
  public Archives(
      RedisConnection redis,
      InstantSource clock,
      AggregationConfig config,
      ZoneId zone,
      boolean shared,
      Metrics metrics) {
    this.shared = shared;
    cluster = redis.isCluster();
    this.clock = clock;
    this.config = config;
    this.metrics = metrics;
    tiling = new Tiling(config.levels(), zone);
    script = new ReleaseScript(redis, tiling);
    left = new LeftArchives(redis);
  }

  /** Takes note of archives that are on disk. */
  public synchronized void add(Collection<DurableArchive> durable) {
    long until = clock.millis() + TTL.toMillis();
    for (DurableArchive one : durable) {
      tiling
          .windowFrom(one.key().level().name(), one.key().startSeconds() * 1_000)
          .filter(window -> window.startSeconds() == one.key().startSeconds())
          .ifPresent(window ->
              register.put(
                  window,
                  new SourceKeys(one.source().intern(), cluster),
                  new ArchiveRegister.Held(one.revision(), one.bytes(), until)));
    }
    taken = new Taken(register.size(), register.bytes());
  }

  /**
   * Removes what may go. To be called again and again, after collecting: what this process did not
   * collect itself it looks for once, and knows to be on disk when the queue has run empty since.
   *
   * @param queueRanEmpty whether everything that was queued before this call is on disk
   */
  public synchronized void release(boolean queueRanEmpty) {
    try {
      if (!cluster && !shared) {
        // There names may be on their way to the queue: that it is empty says nothing.
        add(left.onDisk(queueRanEmpty, this::isKnown));
      }
      register.expire(clock.millis());
      releaseDownTo(config.release() == ArchiveRelease.DURABLE ? 0 : config.archiveMemory());
      tell();
    } catch (RedisException e) {
      LOG.debug("can't release archives", e);
    } finally {
      taken = new Taken(register.size(), register.bytes());
    }
  }

  /**
   * What they take now; waits for nothing.
   *
   * @param archives how many that are on disk are in Redis too
   * @param bytes how many they take there, about
   */
  public record Taken(int archives, long bytes) {}

  /** As of the last change. */
  public Taken taken() {
    return taken;
  }

  private boolean isKnown(DurableArchive archive) {
    return tiling
        .windowFrom(archive.key().level().name(), archive.key().startSeconds() * 1_000)
        .flatMap(window -> register.get(window, new SourceKeys(archive.source(), cluster)))
        .isPresent();
  }

  private void releaseDownTo(long most) {
    long now = clock.millis();
    var tried = new HashSet<Group>();
    for (Window window : register.windows()) {
      Window whole = tiling.foldedFromArchives(window).stream().findFirst().orElse(window);
      if (whole.endMillis() > now) {
        continue;
      }
      for (SourceKeys source : register.sources(window)) {
        if (register.bytes() <= most) {
          return;
        }
        var group = new Group(whole, source);
        boolean isAlone = whole.equals(window);
        if (tried.add(group) || isAlone) {
          release(source, isAlone ? List.of(window) : tiling.parts(whole));
        }
      }
    }
  }

  /** What a source has of a window leaves Redis together. */
  private record Group(Window whole, SourceKeys source) {}

  private void release(SourceKeys source, List<Window> windows) {
    Map<Window, Long> revisions = new TreeMap<>();
    for (Window window : windows) {
      revisions.put(
          window,
          register
              .get(window, source)
              .map(ArchiveRegister.Held::revision)
              .orElse(ReleaseScript.NOT_ON_DISK));
    }
    long released = script.release(source, revisions);
    if (released >= 0) {
      metrics.add("archives_released", released);
      windows.forEach(window -> register.remove(window, source));
    }
  }

  private void tell() {
    boolean before = tooMuch;
    tooMuch = register.bytes() > config.archiveMemory();
    if (tooMuch && !before) {
      LOG.warn(
          "archives take {} MiB in Redis, more than archive_memory ({}): all of them are still"
              + " to be folded",
          register.bytes() >> 20,
          Sizes.format(config.archiveMemory()));
    } else if (before && !tooMuch) {
      LOG.info("archives take no more than archive_memory again");
    }
  }
}
