package com.voltageems.hissrv.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.demo.LoadArchives;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Hours without a store, in minutes: a service as the launcher starts it samples a site of 200
 * sources with 50 points; the store is taken away; the windows of the outage arrive in Redis,
 * faster than in life; the store comes back. Meanwhile its memory is watched, and how long a window
 * takes that has just arrived.
 */
public final class OutageBench {
  private static final int CHANNELS = 200;
  private static final int POINTS = 50;
  private static final long SEED = 42;
  private static final int BEFORE = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * In life an outage of hours ends with a minute's windows that delivery has not yet given up on;
   * here they come faster, and all would be such.
   */
  private static final Duration UNTIL_IT_IS_OLD = Duration.ofSeconds(75);

  private static final Duration PACE = Duration.ofMillis(500);

  private final int minutes;
  private final InstantSource clock;
  private volatile boolean stopped;

  /**
   * @param minutes how long the store is away, in the windows' time; whole fives
   * @param clock the machine's
   */
  public OutageBench(int minutes, InstantSource clock) {
    this.minutes = minutes;
    this.clock = clock;
  }

  /**
   * What was measured.
   *
   * @param mostResidentBytes of the service, from its start to its end
   * @param timesRealTime how much faster than it came about the backlog was brought to the store,
   *     from the moment the store was back
   * @param resumedMillis from that moment to the first point that was delivered
   * @param longestFreshMillis the longest a window took from Redis to an answer of the API while
   *     the backlog was delivered
   * @param longestUndisturbedMillis the same before the outage
   */
  public record Result(
      long mostResidentBytes,
      double timesRealTime,
      long resumedMillis,
      long longestFreshMillis,
      long longestUndisturbedMillis) {}

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on a Redis of its own; takes minutes.
   *
   * @throws CancellationException when stopped
   * @throws IllegalStateException when the service ends, or takes for ever
   */
  public Result run(PrintStream progress) {
    int port = ServiceProcess.freePort();
    try (var folder = RunFolder.create();
        var redis = PrivateRedis.start(folder.path());
        var site = new LiveSite(redis.url(), CHANNELS, POINTS, SEED, clock);
        var archives = new LoadArchives(redis.url(), CHANNELS, POINTS, SEED)) {
      site.start();
      Path config = folder.path().resolve("hissrv.yml");
      Files.writeString(config, config(redis.url(), port));
      try (var service = ServiceProcess.start(folder.path(), config, port)) {
        return new Run(folder.path().resolve("data/store"), archives, service, progress).result();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(String redisUrl, int port) {
    return """
    service: {polling_interval: 1s}
    redis: {url: "%s"}
    store: {type: sqlite, path: data}
    api: {host: 127.0.0.1, port: %d}
    mappings:
      - source_pattern: "comsrv:(\\\\d+):m"
        measurement: telemetry
        tags: [{name: channel, source: capture, index: 1}]
        field_mappings: {"*": direct}
    """
        .formatted(redisUrl, port);
  }

  /** One outage, from the service's start to its end. */
  private final class Run {
    private final Path store;
    private final LoadArchives archives;
    private final ServiceProcess service;
    private final PrintStream progress;
    private final long firstSecond;
    private long freshSecond;

    Run(Path store, LoadArchives archives, ServiceProcess service, PrintStream progress) {
      this.store = store;
      this.archives = archives;
      this.service = service;
      this.progress = progress;
      firstSecond = clock.instant().getEpochSecond() / 3_600 * 3_600 - 60L * minutes;
      freshSecond = firstSecond - 86_400;
    }

    Result result() throws IOException {
      until("the service answers", () -> service.get("/health").isPresent());
      long undisturbed =
          longestFreshMillis(() -> freshSecond >= firstSecond - 86_400 + 60 * BEFORE);
      progress.printf("a window takes at most %d ms from Redis to an answer%n", undisturbed);
      Path away = store.resolveSibling("store-away");
      Files.move(store, away);
      Files.writeString(store, "");
      long backlog = queueBacklog();
      until("all is in the outbox", () -> archives.waiting() == 0 && queueSize() >= backlog);
      pause(UNTIL_IT_IS_OLD);
      long waiting = queueSize();
      progress.printf(
          "%d points wait; so far %d MiB%n", waiting, service.mostResidentBytes() >> 20);
      Files.delete(store);
      Files.move(away, store);
      long begun = System.nanoTime();
      until("the store is asked again", () -> queueSize() < waiting);
      long resumed = System.nanoTime() - begun;
      var drained = new AtomicLong();
      long fresh =
          longestFreshMillis(() -> {
            boolean isDrained = queueSize() <= 3L * CHANNELS;
            if (isDrained && drained.get() == 0) {
              drained.set(System.nanoTime() - begun);
            }
            return isDrained;
          });
      progress.printf(
          "resumed after %.1f s, drained after %.1f s; a window took at most %d ms%n",
          resumed / 1e9, drained.get() / 1e9, fresh);
      until("the last of it is stored", () -> stored() == backlog);
      return new Result(
          service.mostResidentBytes(),
          minutes * 60e9 / drained.get(),
          resumed / 1_000_000,
          fresh,
          undisturbed);
    }

    private long queueBacklog() {
      for (int minute = 0; minute < minutes; minute++) {
        archives.queue("1m", firstSecond + 60L * minute);
        if (minute % 5 == 4) {
          archives.queue("5m", firstSecond + 60L * (minute - 4));
        }
        pause(PACE);
      }
      return (long) CHANNELS * (minutes + minutes / 5);
    }

    /** Brings one fresh window after the other, until it is enough and the last one is there. */
    private long longestFreshMillis(BooleanSupplier enough) {
      long longest = 0;
      while (true) {
        long second = freshSecond;
        freshSecond += 60;
        long begun = System.nanoTime();
        archives.queue("1m", second);
        boolean isEnough = false;
        while (rows("1m", CHANNELS - 1, second, second + 60) == 0) {
          pause(LOOK);
          isEnough |= enough.getAsBoolean();
        }
        longest = Math.max(longest, (System.nanoTime() - begun) / 1_000_000);
        if (isEnough || enough.getAsBoolean()) {
          return longest;
        }
      }
    }

    private long stored() {
      long stored = 0;
      for (int channel = 0; channel < CHANNELS; channel++) {
        for (String level : List.of("1m", "5m")) {
          stored += rows(level, channel, firstSecond, firstSecond + 60L * minutes);
        }
      }
      return stored;
    }

    private long rows(String level, int channel, long fromSecond, long toSecond) {
      String question =
          "/query?measurement=telemetry&interval=%s&channel=%d&start=%s&stop=%s"
              .formatted(
                  level,
                  channel,
                  Instant.ofEpochSecond(fromSecond),
                  Instant.ofEpochSecond(toSecond));
      return service.get(question).map(answer -> answer.get("rows").size()).orElse(0);
    }

    /** What waits in Redis and in the outbox; very much while the service can't tell. */
    private long queueSize() {
      return service
          .get("/status")
          .map(status -> status.get("queue_size"))
          .filter(JsonNode::isIntegralNumber)
          .map(JsonNode::longValue)
          .orElse(Long.MAX_VALUE);
    }

    private void until(String what, BooleanSupplier done) {
      long begun = System.nanoTime();
      while (!done.getAsBoolean()) {
        if (System.nanoTime() - begun > PATIENCE.toNanos()) {
          throw new IllegalStateException("waited for ever until " + what);
        }
        pause(LOOK);
      }
    }

    private void pause(Duration pause) {
      if (stopped) {
        throw new CancellationException("stopped");
      }
      if (!service.isAlive()) {
        throw new IllegalStateException("the service has ended");
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
    }
  }
}
