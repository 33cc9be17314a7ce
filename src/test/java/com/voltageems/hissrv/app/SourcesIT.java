package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code sources:}: which keys are sampled, and how often. */
class SourcesIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);

  private Path file(PrivateRedis server, String sources) throws IOException {
    return Files.writeString(
        folder.resolve("hissrv.yml"),
        """
        redis: {url: "%s"}
        store: {path: "%s", retention: {1m: forever, 5m: forever}}
        sources: %s
        mappings:
          - source_pattern: "comsrv:([0-9]+):m"
            measurement: telemetry
            tags: [{name: channel, source: capture, index: 1}]
            field_mappings: {"1": voltage}
        """
            .formatted(server.url(), folder.resolve("data"), sources));
  }

  private static void write(PrivateRedis server) {
    try (var neighbour = RedisClient.create(server.url())) {
      for (int channel : new int[] {7, 11, 12}) {
        neighbour.hset("comsrv:" + channel + ":m", "1", "5");
      }
    }
  }

  @Test
  void onlyKeysThatAPatternMatchesAreSampledAlsoAfterAReload() throws IOException {
    try (var server = PrivateRedis.start(folder)) {
      write(server);
      Path file = file(server, "{patterns: [\"comsrv:1?:m\"]}");
      var live = new LiveConfig(new ConfigSource(file, Map.of(), Functions.builtIn()), clock);
      try (var service = HisSrv.replay(live, clock)) {
        service.aggregation().sample();
        assertThat(service.aggregation().sourceCount()).isEqualTo(2);
        file(server, "{patterns: [\"comsrv:7:m\"]}");
        live.reload("test");
        clock.set(START.plusSeconds(1));
        service.aggregation().sample();
        assertThat(service.aggregation().sourceCount()).isEqualTo(1);
        file(server, "{}");
        live.reload("test");
        clock.set(START.plusSeconds(2));
        service.aggregation().sample();
        assertThat(service.aggregation().sourceCount()).isEqualTo(3);
      }
    }
  }

  @Test
  void twoSamplesWithinHalfAnIntervalAreOne() throws IOException {
    try (var server = PrivateRedis.start(folder)) {
      write(server);
      Path file = file(server, "{interval: 10s}");
      var config = ConfigLoader.load(file, Map.of(), Functions.builtIn());
      try (var service = HisSrv.replay(config, clock)) {
        for (int second : new int[] {0, 4, 10, 14, 20, 26}) {
          clock.set(START.plusSeconds(second));
          service.aggregation().sample();
        }
        clock.set(START.plusSeconds(400));
        service.sync();
        var rows = new ArrayList<Row>();
        service
            .store()
            .query(
                new SeriesQuery(
                    "telemetry",
                    Map.of("channel", "7"),
                    Level.parse("1m").orElseThrow(),
                    new TimeRange(START, START.plusSeconds(60))),
                rows::add);
        assertThat(rows)
            .extracting(row -> row.fields().get("voltage_count"))
            .isEqualTo(List.of(new IntegerValue(4)));
      }
    }
  }
}
