package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** Collects once what a Redis has, in batches of a hundred, as a process of its own. */
final class CollectingProcess {
  static final int BATCH = 100;

  private CollectingProcess() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[1]);
    var clock = InstantSource.system();
    var metrics = new Metrics();
    var config = TestConfig.of(args[0], folder);
    try (var redis = new RedisConnection(args[0]);
        var outbox = new Outbox(folder.resolve("outbox.db"), clock);
        var catalog = new Catalog(folder.resolve("catalog.db"))) {
      var collector =
          new Collector(
              redis,
              outbox,
              catalog,
              new Mapping(config.mappings()),
              config.redis().dataPatterns(),
              new PerformanceConfig(BATCH, Duration.ZERO, 10_000, 3, 1L << 30, Duration.ofDays(1)),
              new WriteBuffer(10_000),
              clock,
              metrics,
              new Offenders(metrics, clock),
              _ -> {},
              Sharing.NONE,
              _ -> false);
      System.out.println(collector.collect().collected());
    }
  }
}
