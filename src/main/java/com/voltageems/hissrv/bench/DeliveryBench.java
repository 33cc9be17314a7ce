package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.collect.Collector;
import com.voltageems.hissrv.collect.Sharing;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.deliver.Deliverer;
import com.voltageems.hissrv.demo.LoadArchives;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/**
 * What the way from archives to the store costs in CPU: 200 channels of 50 points, minute by
 * minute, read from a Redis of its own by the collector, mapped, made durable in the outbox and
 * delivered. Redis's own CPU is not in it, for it is another process.
 */
public final class DeliveryBench {
  private static final int CHANNELS = 200;
  private static final int POINTS = 50;
  private static final int MINUTES = 10;
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 5;
  private static final long SEED = 42;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Target target;
  private volatile boolean stopped;

  /** Where it goes. */
  public enum Target {
    /** Takes everything and keeps nothing. */
    NULL,
    /** The embedded store. */
    SQLITE
  }

  /** The way to one store. */
  public DeliveryBench(Target target) {
    this.target = target;
  }

  /**
   * What was measured.
   *
   * @param shares of the CPU time, by stage, in the order of the flow; together 1
   */
  public record Result(double valuesPerSecondPerCore, Map<String, Double> shares) {
    /** Copies the map. */
    public Result {
      shares = new LinkedHashMap<>(shares);
    }
  }

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on a Redis of its own.
   *
   * @throws CancellationException when stopped
   */
  public Result run(PrintStream progress) {
    try (var folder = RunFolder.create();
        var server = PrivateRedis.start(folder.path());
        var archives = new LoadArchives(server.url(), CHANNELS, POINTS, SEED);
        var redis = new RedisConnection(server.url());
        var flow = new Flow(redis, folder.path(), target)) {
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        if (stopped) {
          throw new CancellationException("stopped");
        }
        if (round == WARM_UP) {
          flow.forgetFigures();
        }
        long first = START.getEpochSecond() + 60L * MINUTES * round;
        for (int minute = 0; minute < MINUTES; minute++) {
          archives.queue("1m", first + 60L * minute);
        }
        flow.carry(first);
        for (int minute = 0; minute < MINUTES; minute++) {
          archives.forget("1m", first + 60L * minute);
        }
        progress.printf("%s store: round %d of %d%n", target, round + 1, WARM_UP + ROUNDS);
      }
      return flow.result();
    }
  }

  /** The stages, wired as in the service. */
  private static final class Flow implements AutoCloseable {
    private final RedisConnection redis;
    private final Outbox outbox;
    private final Catalog catalog;
    private final MeteredStore store;
    private final Collector collector;
    private final Deliverer deliverer;
    private final ArchiveTransform transform;
    private long values;
    private long collectNanos;
    private long readNanos;
    private long mapNanos;
    private long deliverNanos;
    private long storeNanos;

    Flow(RedisConnection redis, Path folder, Target target) {
      this.redis = redis;
      InstantSource clock = InstantSource.fixed(START);
      var metrics = new Metrics();
      var mapping = new Mapping(List.of(rule()));
      transform = new ArchiveTransform(mapping);
      outbox = new Outbox(folder.resolve("outbox.db"), clock);
      catalog = new Catalog(folder.resolve("catalog.db"));
      HistoryStore store =
          switch (target) {
            case NULL -> new NullStore();
            case SQLITE -> new SqliteStore(folder.resolve("store"), clock);
          };
      this.store = new MeteredStore(store);
      var buffer = new WriteBuffer(10_000);
      collector =
          new Collector(
              redis,
              outbox,
              catalog,
              mapping,
              List.of("archive:pending"),
              PerformanceConfig.defaults(),
              buffer,
              clock,
              metrics,
              new Offenders(metrics, clock),
              durable -> {},
              Sharing.NONE,
              _ -> false);
      deliverer = new Deliverer(outbox, this.store, PerformanceConfig.defaults(), buffer, metrics);
    }

    void forgetFigures() {
      values = 0;
      collectNanos = 0;
      readNanos = 0;
      mapNanos = 0;
      deliverNanos = 0;
      storeNanos = 0;
    }

    /** The real way, then reading and mapping once more by themselves, for their shares. */
    void carry(long firstSeconds) {
      long valuesBefore = store.values();
      long storeBefore = store.cpuNanos();
      collectNanos +=
          ProcessCpu.of(() -> {
            Collector.Progress _ = collector.collect();
          });
      deliverNanos +=
          ProcessCpu.of(() -> {
            Deliverer.Progress _ = deliverer.deliver();
          });
      storeNanos += store.cpuNanos() - storeBefore;
      long delivered = store.values() - valuesBefore;
      long expected = 4L * CHANNELS * POINTS * MINUTES;
      if (delivered != expected) {
        throw new IllegalStateException(delivered + " of " + expected + " values were delivered");
      }
      values += delivered;
      for (int minute = 0; minute < MINUTES; minute++) {
        apart(firstSeconds + 60L * minute);
      }
    }

    private void apart(long seconds) {
      var keys = new ArrayList<String>();
      for (int channel = 0; channel < CHANNELS; channel++) {
        keys.add("archive:1m:" + seconds + ":" + channel);
      }
      var hashes = new ArrayList<Optional<Map<String, String>>>();
      readNanos +=
          ProcessCpu.of(() -> {
            var _ = redis.sizes(keys);
            hashes.addAll(redis.hashes(keys));
          });
      mapNanos +=
          ProcessCpu.of(() -> {
            for (int i = 0; i < keys.size(); i++) {
              Transformed _ = transform.transform(keys.get(i), hashes.get(i).orElseThrow());
            }
          });
    }

    Result result() {
      double total = collectNanos + deliverNanos;
      var shares = new LinkedHashMap<String, Double>();
      shares.put("archive", readNanos / total);
      shares.put("mapped", mapNanos / total);
      shares.put("outbox", (total - readNanos - mapNanos - storeNanos) / total);
      shares.put("store", storeNanos / total);
      return new Result(values / (total / 1e9), shares);
    }

    @Override
    public void close() {
      store.close();
      catalog.close();
      outbox.close();
    }

    private static MappingConfig rule() {
      var fields = new HashMap<String, MappingConfig.Field>();
      for (int point = 1; point <= POINTS; point++) {
        fields.put(Integer.toString(point), new MappingConfig.Field("voltage_" + point, "V"));
      }
      return new MappingConfig(
          Pattern.compile("comsrv:(\\d+):m"),
          "telemetry",
          List.of(new MappingConfig.Tag("channel", 1)),
          fields,
          false,
          Statistic.USUAL);
    }
  }
}
