package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.BrokenVariants;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Configurations that come and go while samples are taken, windows closed and points stored. */
class ReloadIT {
  private static final Instant START = Instant.parse("2026-03-01T23:50:00Z");
  private static final int RELOADS = 500;
  private static final int SOURCES = 5;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final Map<String, ExpectedStatistics> expected = new HashMap<>();
  private PrivateRedis server;
  private RedisClient neighbour;
  private Path file;

  @BeforeEach
  void startRedis() throws IOException {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
    file = folder.resolve("hissrv.yml");
    write(0);
  }

  @AfterEach
  void stopRedis() {
    neighbour.close();
    server.close();
  }

  /** Every one differs from the one before: in a mapping, a filter, or the size of batches. */
  private void write(int number) throws IOException {
    String statistics = number % 3 == 0 ? "[avg, min, max, count, sum]" : "[avg, min, max, count]";
    String filters =
        number % 2 == 0
            ? "[]"
            : "[{source: \"comsrv:*:m\", conditions: [{field: \"@value\", operator: lt, value: %d}]}]"
                .formatted(1_000_000 + number);
    Files.writeString(
        file,
        """
        service: {polling_interval: 100ms}
        redis: {url: "%s"}
        api: {host: "127.0.0.1", port: 0}
        store: {path: "%s", retention: {1m: forever, 5m: forever}}
        performance: {batch_timeout: 20ms, batch_size: %d}
        filters: %s
        mappings:
          - source_pattern: "comsrv:(\\\\d+):m"
            measurement: telemetry
            tags: [{name: channel, source: capture, index: 1}]
            field_mappings: {"1": {name: voltage, unit: "V%d"}}
            statistics: %s
        """
            .formatted(
                server.url(), folder.resolve("data"), 1 + number % 7, filters, number, statistics));
  }

  private void writeBroken(Random random) throws IOException {
    String good = Files.readString(file);
    Files.writeString(
        file,
        switch (random.nextInt(4)) {
          case 0 -> good.replace("batch_size", "batchsize");
          case 1 -> good.replace("\\\\d+", "\\\\d+(");
          case 2 -> good.replace("operator: lt", "operator: less") + "\nfilter: []\n";
          default -> good.substring(0, good.length() / 2) + "\n  {";
        });
  }

  @Test
  void fiveHundredReloadsUnderLoadLoseAndAlterNothing() throws IOException {
    var live = new LiveConfig(new ConfigSource(file, Map.of(), Functions.builtIn()), clock);
    try (var service = HisSrv.replay(live, clock)) {
      service.startFlow();
      var reloading = CompletableFuture.supplyAsync(() -> reload(live));
      var random = new Random(5);
      long second = 0;
      while (second < 900 || !reloading.isDone()) {
        sample(service, random, second++);
      }
      assertThat(reloading.join()).isEqualTo(RELOADS / 2);
      clock.set(START.plusSeconds(second + 600));
      var report = service.sync();
      assertThat(report.problems()).isEmpty();
      verify(service, "1m");
      verify(service, "5m");
      assertThat(service.ledger().gaps(everything())).isEmpty();
      assertThat(service.outbox().quarantine().totals().setAside()).isZero();
    }
  }

  @Test
  void whateverIsWrongWithTheFileTheServiceGoesOnUnharmed() throws IOException {
    String good = Files.readString(file);
    var source = new ConfigSource(file, BrokenVariants.ENVIRONMENT, Functions.builtIn());
    var live = new LiveConfig(source, clock);
    try (var service = HisSrv.replay(live, clock)) {
      service.startFlow();
      var random = new Random(11);
      long second = 0;
      for (BrokenVariants.Variant variant : BrokenVariants.all().toList()) {
        Files.write(file, variant.yaml());
        assertThatThrownBy(() -> live.reload("test"))
            .as(variant.name())
            .isInstanceOf(ConfigException.class);
        sample(service, random, second++);
      }
      assertThat(second).isGreaterThan(200);
      assertThat(live.revision().number()).isEqualTo(1);
      Files.writeString(file, good);
      assertThat(live.reload("test").changes()).isEmpty();
      assertThat(live.check().ok()).isTrue();
      clock.set(START.plusSeconds(second + 600));
      assertThat(service.sync().problems()).isEmpty();
      verify(service, "1m");
      verify(service, "5m");
    }
  }

  private void sample(HisSrv service, Random random, long second) {
    clock.set(START.plusSeconds(second));
    for (int source = 1; source <= SOURCES; source++) {
      double value = random.nextInt(2_000_000) / 1_000.0;
      neighbour.hset("comsrv:" + source + ":m", "1", Double.toString(value));
      for (int length : new int[] {60, 300}) {
        String key = "%d/%d/%d".formatted(length, source, at(second) / length * length);
        expected.computeIfAbsent(key, _ -> new ExpectedStatistics()).add(value);
      }
    }
    service.aggregation().sample();
    if (second % 20 == 0) {
      int _ = service.aggregation().closeDue();
    }
  }

  private static long at(long second) {
    return START.getEpochSecond() + second;
  }

  /** Good ones and bad ones in turn; returns how many were refused. */
  private int reload(LiveConfig live) {
    var random = new Random(7);
    int refused = 0;
    try {
      for (int i = 1; i <= RELOADS; i++) {
        if (i % 2 == 0) {
          writeBroken(random);
        } else {
          write(i);
        }
        try {
          assertThat(live.reload("test").changes()).isNotEmpty();
        } catch (ConfigException e) {
          refused++;
        }
      }
      return refused;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static TimeRange everything() {
    return new TimeRange(START.minusSeconds(3_600), START.plusSeconds(86_400));
  }

  private void verify(HisSrv service, String level) {
    int length = level.equals("1m") ? 60 : 300;
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery("telemetry", Map.of(), Level.parse(level).orElseThrow(), everything()),
            rows::add);
    List<String> keys =
        expected.keySet().stream().filter(key -> key.startsWith(length + "/")).toList();
    assertThat(rows).hasSameSizeAs(keys);
    for (Row row : rows) {
      String key =
          "%d/%s/%d".formatted(length, row.tags().get("channel"), row.time().getEpochSecond());
      ExpectedStatistics wanted = Objects.requireNonNull(expected.get(key));
      String name = level + " " + row;
      wanted.verifyCount(number(row, "voltage_count"), name);
      wanted.verifyMin(number(row, "voltage_min"), name);
      wanted.verifyMax(number(row, "voltage_max"), name);
      wanted.verifyAvg(number(row, "voltage_avg"), name);
    }
  }

  private static double number(Row row, String field) {
    return switch (row.fields().get(field)) {
      case FloatValue v -> v.value();
      case IntegerValue v -> v.value();
      case null, default -> throw new AssertionError(field + " is missing: " + row);
    };
  }
}
