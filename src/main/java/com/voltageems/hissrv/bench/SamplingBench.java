package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.aggregate.Aggregation;
import com.voltageems.hissrv.aggregate.Mode;
import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.LoadSite;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.Mapping;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What sampling and closing cost Redis: CPU time of its main thread, as a ratio to a pipelined
 * HGETALL of the same hashes, the two alternating in one run over five minutes' worth of windows
 * with their 1m and 5m closes. In every thirteenth sweep a second client measures its worst PING
 * instead; those sweeps' CPU time is not counted, since the PINGs are in it. Thirteen, because what
 * happens every ten or sixty sweeps must not always fall into one of them.
 */
public final class SamplingBench {
  private static final long SEED = 42;
  private static final int SWEEPS = 310;
  private static final int PING_EVERY = 13;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Load load;
  private final boolean bundled;
  private final AtomicLong now = new AtomicLong(START.toEpochMilli());
  private volatile boolean stopped;
  private long floorMicros;
  private long samplingMicros;
  private int countedSweeps;
  private final List<Double> worstPings = new ArrayList<>();
  private final List<Double> longestCalls = new ArrayList<>();

  /**
   * One load.
   *
   * @param bundled whether on the bundled Redis even where one is installed
   */
  public SamplingBench(Load load, boolean bundled) {
    this.load = load;
    this.bundled = bundled;
  }

  /**
   * What is sampled.
   *
   * @param points in each channel
   * @param statistics stored of each point
   * @param timestamps whether the channels have {@code :ts} hashes, all fresh
   */
  public record Load(int channels, int points, Set<Statistic> statistics, boolean timestamps) {}

  /**
   * What was measured.
   *
   * @param server which redis-server
   * @param ratioToFloor Redis CPU of sample and close by that of the bare read
   * @param pointsPerSecondPerCore point ids sampled per second of Redis CPU
   * @param worstPingMillisMedian median over the sweeps of the worst PING in each
   * @param longestCallMillisMedian likewise of the longest call by Redis's own clock: what a PING
   *     waits beyond that it owes to the machine
   */
  public record Result(
      String server,
      double ratioToFloor,
      double pointsPerSecondPerCore,
      double worstPingMillisMedian,
      double longestCallMillisMedian) {}

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on a Redis of its own; takes minutes.
   *
   * @throws CancellationException when stopped
   */
  public Result run(PrintStream progress) {
    String measured;
    try (var folder = RunFolder.create();
        var server =
            bundled
                ? PrivateRedis.start(folder.path())
                : PrivateRedis.startInstalled(folder.path());
        var site = site(server.url());
        var redis = new RedisConnection(server.url())) {
      measured = site.server();
      Aggregation aggregation = aggregation(redis);
      for (int sweep = 0; sweep < SWEEPS; sweep++) {
        if (stopped) {
          throw new CancellationException("stopped");
        }
        site.write(now.get());
        if (sweep % PING_EVERY == PING_EVERY - 1) {
          longestCalls.add(
              site.longestMillisDuring(() ->
                  worstPings.add(
                      Pinger.worstMillisDuring(site, () -> sampleAndClose(aggregation)))));
        } else {
          measure(site, aggregation);
        }
        now.addAndGet(1_000);
        if (sweep % 62 == 61) {
          progress.printf(
              "%d x %d: sweep %d of %d%n", load.channels, load.points, sweep + 1, SWEEPS);
        }
      }
    }
    return new Result(
        measured,
        (double) samplingMicros / floorMicros,
        (double) load.channels * load.points * countedSweeps / (samplingMicros / 1e6),
        median(worstPings),
        median(longestCalls));
  }

  private static double median(List<Double> figures) {
    Collections.sort(figures);
    return figures.get(figures.size() / 2);
  }

  private void measure(LoadSite site, Aggregation aggregation) {
    long before = site.cpuMicros();
    site.readAll();
    long between = site.cpuMicros();
    sampleAndClose(aggregation);
    long after = site.cpuMicros();
    floorMicros += between - before;
    samplingMicros += after - between;
    countedSweeps++;
  }

  private static void sampleAndClose(Aggregation aggregation) {
    aggregation.sample();
    int _ = aggregation.closeDue();
  }

  private LoadSite site(String redisUrl) {
    return new LoadSite(redisUrl, load.channels, load.points, load.timestamps, SEED);
  }

  private Aggregation aggregation(RedisConnection redis) {
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    var metrics = new Metrics();
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"),
            "telemetry",
            List.of(),
            Map.of(),
            true,
            load.statistics);
    return new Aggregation(
        redis,
        clock,
        Mode.REPLAY,
        AggregationConfig.defaults().levels(),
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        metrics,
        new Offenders(metrics, clock));
  }
}
