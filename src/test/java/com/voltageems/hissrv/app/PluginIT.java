package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The worked example, from its source to its field in the store. */
class PluginIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  @Test
  void aFunctionFromAJarIsStoredBesideTheOthers() throws Exception {
    Path file = folder.resolve("hissrv.yml");
    PluginJar.buildExample(folder.resolve("plugins/nearest-rank.jar"), folder.resolve("work"));
    var clock = new ManualClock(START);
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url())) {
      Files.writeString(
          file,
          """
          redis: {url: "%s"}
          store: {path: "%s"}
          mappings:
            - source_pattern: "comsrv:(\\\\d+):m"
              measurement: telemetry
              tags: [{name: channel, source: capture, index: 1}]
              field_mappings: {"1": voltage}
              statistics: [max, percentile(95), nearest_rank(95), nearest_rank(99.5), median]
          aggregations:
            - {name: middle, interval: 5m, function: nearest_rank(50), sources: [telemetry]}
          """
              .formatted(server.url(), folder.resolve("data")));
      var functions = Functions.with(folder.resolve("plugins"));
      var config = ConfigLoader.load(file, Map.of(), functions);
      try (var service = HisSrv.replay(config, clock)) {
        for (int second = 0; second < 60; second++) {
          clock.set(START.plusSeconds(second));
          neighbour.hset("comsrv:1:m", "1", Integer.toString(60 - second));
          service.aggregation().sample();
        }
        clock.set(START.plusSeconds(300));
        service.sync();
        for (String level : new String[] {"1m", "5m"}) {
          assertThat(stored(service, level, Map.of("channel", "1")))
              .as(level)
              .containsOnly(
                  Map.entry("voltage_max", 60.0),
                  Map.entry("voltage_percentile_95", 57.05),
                  Map.entry("voltage_nearest_rank_95", 57.0),
                  Map.entry("voltage_nearest_rank_99_5", 60.0),
                  Map.entry("voltage_median", 30.5));
        }
        assertThat(stored(service, "5m", Map.of("channel", "1", "aggregation", "middle")))
            .containsOnly(Map.entry("voltage_nearest_rank_50", 30.0));
      }
    }
  }

  private static Map<String, Double> stored(
      HisSrv service, String level, Map<String, String> tags) {
    Set<String> without = tags.containsKey("aggregation") ? Set.of() : Set.of("aggregation");
    var range = new TimeRange(START, START.plusSeconds(300));
    var numbers = new HashMap<String, Double>();
    var query =
        new SeriesQuery("telemetry", tags, without, Level.parse(level).orElseThrow(), range);
    service
        .store()
        .query(
            query,
            row ->
                row.fields()
                    .forEach((name, value) -> {
                      if (value instanceof FieldValue.FloatValue number) {
                        numbers.put(name, number.value());
                      }
                    }));
    return numbers;
  }
}
