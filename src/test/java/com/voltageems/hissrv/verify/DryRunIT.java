package com.voltageems.hissrv.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What a configuration would make of live keys, told without a write. */
class DryRunIT {
  private static final String RULES =
      """
      mappings:
        - source_pattern: "comsrv:(\\\\d+):m"
          measurement: telemetry
          tags: [{name: channel, source: capture, index: 1}]
          field_mappings: {"1": {name: voltage, unit: V}, "2": current, "9": missing}
        - source_pattern: "comsrv:.*"
          measurement: other
          field_mappings: {"*": direct}
        - source_pattern: "nothing:.*"
          measurement: none
          field_mappings: {"*": direct}
      aggregations:
        - {name: 5m_max, interval: 5m, function: max, sources: [telemetry]}
      """;

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(folder.resolve("redis"));
    neighbour = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    neighbour.close();
    server.close();
  }

  @BeforeEach
  void emptyRedis() {
    neighbour.flushAll();
  }

  private static DryRunReport run(String yaml, long most) throws IOException {
    Path file = Files.writeString(folder.resolve("hissrv.yml"), yaml);
    Config config = ConfigLoader.load(file, Map.of(), Functions.with(folder.resolve("none")));
    try (var redis = new RedisConnection(server.url())) {
      return new DryRun(config, redis, most).run(_ -> {});
    }
  }

  @Test
  void eachRulesKeysPointsTagsAndSeriesAreTold() throws IOException {
    neighbour.hset("comsrv:1:m", Map.of("1", "230.5", "2", "offline", "7", "1", "timestamp", "5"));
    neighbour.hset("comsrv:2:m", Map.of("1", "229", "2", " 0x10 "));
    neighbour.hset("comsrv:2:m:ts", Map.of("1", "5"));
    neighbour.hset("comsrv:2:s", Map.of("1", "1"));
    neighbour.set("comsrv:3:m", "no hash");
    neighbour.hset("modsrv:bms:measurement", Map.of("soc", "50"));
    neighbour.hset("pump:1", Map.of("on", "1"));
    neighbour.hset("pump:2", Map.of("on", "1"));
    neighbour.hset("archive:1m:60:1", Map.of("1", "1"));
    neighbour.hset("hissrv:src:{comsrv:1:m}", Map.of("1", "1"));

    DryRunReport report = run(RULES, DryRun.MOST);

    assertThat(report.keys()).isEqualTo(8);
    assertThat(report.complete()).isTrue();
    DryRunReport.Rule rule = report.rules().get(0);
    assertThat(rule.keys()).isEqualTo(2);
    assertThat(rule.examples()).containsExactly("comsrv:1:m", "comsrv:2:m");
    assertThat(rule.tags())
        .isEqualTo(Map.of("channel", new DryRunReport.Tag(2, List.of("1", "2"))));
    assertThat(rule.points())
        .isEqualTo(
            Map.of(
                "1",
                new DryRunReport.Point("voltage", "float", "V", false, 2, "230.5", 0, null),
                "2",
                new DryRunReport.Point(
                    "current", "float", null, false, 2, " 0x10 ", 1, "offline")));
    assertThat(rule.unmapped()).isEqualTo(Map.of("7", 1L));
    assertThat(rule.absent()).containsExactly("9");
    assertThat(report.rules().get(1).shadowed()).isEqualTo(2);
    assertThat(report.rules().get(1).keys()).isEqualTo(2);
    assertThat(report.rules().get(2).keys()).isZero();
    assertThat(report.series())
        .contains(
            new DryRunReport.Series("telemetry", "1m", null, 2, 12),
            new DryRunReport.Series("telemetry", "5m", null, 2, 12),
            new DryRunReport.Series("telemetry", "5m", "5m_max", 2, 3));
    assertThat(report.unmatched())
        .containsExactly(
            new DryRunReport.Unmatched("modsrv:bms:measurement", true, 1, "modsrv:bms:measurement"),
            new DryRunReport.Unmatched("pump:*", false, 2, "pump:1"));
    assertThat(report.unsampled())
        .containsExactly(Map.entry("comsrv:3:m", "is a string, not a hash"));
    assertThat(report.shared()).containsExactly(Map.entry("comsrv:2:s", "comsrv:2:m:ts"));
  }

  @Test
  void filtersAndTimesAreJudgedAsSamplesAreAndNothingIsWritten() throws IOException {
    neighbour.hset("comsrv:1:m", Map.of("1", "10", "2", "5000", "quality", "good"));
    neighbour.hset("comsrv:2:m", Map.of("1", "10", "2", "5000", "quality", "bad"));
    neighbour.hset("comsrv:3:m", Map.of("1", "10", "2", "20"));
    neighbour.hset("comsrv:3:m:ts", Map.of("1", "5"));
    String before = writes();

    DryRunReport report =
        run(
            """
            mappings:
              - source_pattern: "comsrv:(\\\\d+):m"
                measurement: telemetry
                tags: [{name: channel, source: capture, index: 1}]
                field_mappings: {"*": direct}
            filters:
              - name: believed
                source: "comsrv:*:m"
                conditions: [{field: quality, operator: matches, value: "^go+d$"}]
              - name: elsewhere
                source: "modsrv:*"
                conditions: [{field: quality, operator: eq, value: good}]
              - name: plausible
                source: "comsrv:*:m"
                action: mark
                conditions: [{field: "@value", operator: le, value: 1000}]
            """,
            DryRun.MOST);

    assertThat(report.filters())
        .containsExactly(
            new DryRunReport.Filter(
                "filters[0]", "believed", "drop", 3, 1, 0, List.of("comsrv:2:m")),
            new DryRunReport.Filter("filters[1]", "elsewhere", "drop", 0, 0, 0, List.of()),
            new DryRunReport.Filter(
                "filters[2]", "plausible", "mark", 3, 0, 1, List.of("comsrv:1:m")));
    assertThat(report.stale()).isEqualTo(1);
    assertThat(report.rules().getFirst().points()).doesNotContainKey("quality");
    assertThat(writes()).isEqualTo(before);
  }

  /** Redis counts every change of any key. */
  private static String writes() {
    return neighbour
        .info("persistence")
        .lines()
        .filter(line -> line.startsWith("rdb_changes_since_last_save:"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itStopsAtTheMostKeysAndSaysSo() throws IOException {
    for (int i = 0; i < 20; i++) {
      neighbour.hset("comsrv:" + i + ":m", Map.of("1", "1"));
    }
    DryRunReport report = run(RULES, 10);
    assertThat(report.keys()).isEqualTo(10);
    assertThat(report.complete()).isFalse();
    assertThat(report.rules().getFirst().keys()).isEqualTo(10);
    assertThat(run(RULES, 20).complete()).isTrue();
  }
}
