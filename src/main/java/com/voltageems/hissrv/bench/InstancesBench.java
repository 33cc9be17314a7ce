package com.voltageems.hissrv.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.bench.faults.PrivateInflux;
import com.voltageems.hissrv.demo.LoadArchives;
import com.voltageems.hissrv.demo.LoadSite;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * What a second and a third instance bring: on one Redis and one InfluxDB, with leases, each
 * limited to a part of a core, while more windows wait in Redis than they can carry. All start at
 * once, and leave one after the other, so that each is as warm as the others when it is measured.
 */
public final class InstancesBench {
  /** Of a core. */
  public static final double SHARE = 0.3;

  private static final int INSTANCES = 3;
  private static final int CHANNELS = 1_000;
  private static final int POINTS = 50;
  private static final int STATISTICS = 5;
  private static final long SEED = 7;
  private static final Duration HISTORY = Duration.ofDays(20);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration WARM_UP = Duration.ofSeconds(45);

  /** Longer than it takes until what one had in flight that left is taken over. */
  private static final Duration SETTLING = Duration.ofSeconds(40);

  private static final Duration MEASURED = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final InstantSource clock;
  private volatile boolean stopped;

  /**
   * @param clock the machine's
   */
  public InstancesBench(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What so many instances brought.
   *
   * @param valuesPerSecond that the store acknowledged
   * @param leastWaiting windows that waited in Redis, at the least: with none the load was too
   *     small
   * @param coresEach what each instance had of a core
   * @param redisCores what Redis had of its core
   * @param influxCores what InfluxDB had
   */
  public record Round(
      int instances,
      double valuesPerSecond,
      long leastWaiting,
      double coresEach,
      double redisCores,
      double influxCores) {}

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on servers of its own; takes minutes. One instance, two, three.
   *
   * @throws CancellationException when stopped
   * @throws IllegalStateException when an instance ends, or takes for ever
   */
  public List<Round> run(PrintStream progress) {
    try (var folder = RunFolder.create();
        var redis = PrivateRedis.start(Files.createDirectories(folder.path().resolve("redis")));
        var influx = PrivateInflux.start(folder.path().resolve("influx"));
        var backlog = new Backlog(redis.url())) {
      InfluxBench.makeDatabase(influx.url());
      var services = new ArrayDeque<ServiceProcess>();
      try {
        for (int i = 0; i < INSTANCES; i++) {
          services.add(start(folder.path().resolve("instance-" + i), redis.url(), influx.url()));
        }
        services.forEach(
            one -> until(services, "all answer", () -> one.get("/health").isPresent()));
        return new Run(services, backlog, influx.handle(), progress).rounds();
      } finally {
        services.forEach(ServiceProcess::close);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServiceProcess start(Path folder, String redisUrl, URI influx) throws IOException {
    Files.createDirectories(folder);
    int port = ServiceProcess.freePort();
    Path config = folder.resolve("hissrv.yml");
    Files.writeString(
        config,
        """
        service: {polling_interval: 1s}
        redis: {url: "%s"}
        store: {type: influxdb, path: data}
        influxdb: {url: "%s", version: 1, database: %s}
        lease: {enabled: true}
        api: {host: 127.0.0.1, port: %d}
        mappings:
          - source_pattern: "comsrv:(\\\\d+):m"
            measurement: telemetry
            tags: [{name: channel, source: capture, index: 1}]
            field_mappings: {"*": direct}
        """
            .formatted(redisUrl, influx, InfluxBench.DATABASE, port));
    return ServiceProcess.start(folder, config, port);
  }

  private void until(Deque<ServiceProcess> services, String what, BooleanSupplier done) {
    long begun = System.nanoTime();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException("waited for ever until " + what);
      }
      look(services);
    }
  }

  private void look(Deque<ServiceProcess> services) {
    if (stopped) {
      throw new CancellationException("stopped");
    }
    for (ServiceProcess one : services) {
      if (!one.isAlive()) {
        throw new IllegalStateException("an instance has ended: " + one.lastWords());
      }
    }
    QueryBench.pause(LOOK.toMillis());
  }

  /** Finished windows in Redis, of one minute after the other: always more than can be taken. */
  private final class Backlog implements AutoCloseable {
    private static final long ENOUGH = 10L * CHANNELS;

    private final LoadArchives archives;
    private final LoadSite server;
    private long second;

    Backlog(String redisUrl) {
      archives = new LoadArchives(redisUrl, CHANNELS, POINTS, SEED);
      server = new LoadSite(redisUrl, 0, 0, false, SEED);
      second = clock.instant().minus(HISTORY).getEpochSecond() / 60 * 60;
    }

    /** Tops it up; returns how many were left. */
    long refill() {
      long waiting = archives.waiting();
      for (long there = waiting; there < ENOUGH; there += CHANNELS) {
        archives.queue("1m", second);
        second += 60;
      }
      return waiting;
    }

    long redisNanos() {
      return server.cpuMicros() * 1_000;
    }

    @Override
    public void close() {
      archives.close();
      server.close();
    }
  }

  /** Three, two, one. */
  private final class Run {
    private final Deque<ServiceProcess> services;
    private final Backlog backlog;
    private final ProcessHandle influx;
    private final PrintStream progress;

    Run(
        Deque<ServiceProcess> services,
        Backlog backlog,
        ProcessHandle influx,
        PrintStream progress) {
      this.services = services;
      this.backlog = backlog;
      this.influx = influx;
      this.progress = progress;
    }

    List<Round> rounds() {
      progress.printf("%d instances, unlimited, are warming up%n", INSTANCES);
      long _ = feed(WARM_UP);
      var rounds = new ArrayList<Round>();
      while (!services.isEmpty()) {
        try (var _ = new CpuShare(SHARE, services.stream().map(ServiceProcess::handle).toList())) {
          long _ = feed(SETTLING);
          Round round = round();
          rounds.addFirst(round);
          progress.printf(
              "%d: %,.0f values/s stored; %.2f of a core each, Redis %.2f, InfluxDB %.2f%n",
              round.instances(),
              round.valuesPerSecond(),
              round.coresEach(),
              round.redisCores(),
              round.influxCores());
        }
        services.removeLast().close();
      }
      return rounds;
    }

    /** Keeps the backlog full; the least that waited. */
    private long feed(Duration howLong) {
      long least = Long.MAX_VALUE;
      long until = System.nanoTime() + howLong.toNanos();
      boolean isFirst = true;
      while (System.nanoTime() < until) {
        long waiting = backlog.refill();
        least = isFirst ? least : Math.min(least, waiting);
        isFirst = false;
        look(services);
      }
      return least;
    }

    private Round round() {
      long begun = System.nanoTime();
      long windows = delivered();
      long cpu = instancesNanos();
      long redis = backlog.redisNanos();
      long influxBefore = CpuShare.cpuNanos(influx);
      long least = feed(MEASURED);
      double nanos = System.nanoTime() - begun;
      double cores = (instancesNanos() - cpu) / nanos / services.size();
      double redisCores = (backlog.redisNanos() - redis) / nanos;
      double influxCores = (CpuShare.cpuNanos(influx) - influxBefore) / nanos;
      double more = delivered() - windows;
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Round(
          services.size(),
          more * POINTS * STATISTICS / seconds,
          least,
          cores,
          redisCores,
          influxCores);
    }

    private long instancesNanos() {
      return services.stream().mapToLong(one -> CpuShare.cpuNanos(one.handle())).sum();
    }

    private long delivered() {
      return services.stream()
          .mapToLong(one -> status(one).path("counters").path("points_delivered").asLong())
          .sum();
    }

    /** Who is stopped most of the time may need another try. */
    private static JsonNode status(ServiceProcess service) {
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < PATIENCE.toNanos()) {
        var answer = service.get("/status");
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      throw new IllegalStateException("an instance does not answer");
    }
  }
}
