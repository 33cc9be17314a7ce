package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.FilterConfig.Band;
import com.voltageems.hissrv.config.MappingConfig.Counter;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.config.MappingConfig.Tag;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import com.voltageems.hissrv.model.ValueFunction;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  private static final Level ONE_MINUTE = new Level("1m", Duration.ofMinutes(1));

  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void prepare() {
    config = new ConfigFixture(folder);
  }

  @Test
  void theShippedConfigurationLoads() {
    Config shipped =
        ConfigLoader.load(Path.of("config/default.yml"), Map.of(), Functions.builtIn());

    assertThat(shipped.service()).isEqualTo(ServiceConfig.defaults());
    assertThat(shipped.redis()).isEqualTo(RedisConfig.defaults());
    assertThat(shipped.aggregation()).isEqualTo(AggregationConfig.defaults());
    assertThat(shipped.store()).isEqualTo(StoreConfig.defaults());
    assertThat(shipped.performance()).isEqualTo(PerformanceConfig.defaults());
    assertThat(shipped.warnings()).isEmpty();
    assertThat(shipped.api()).isEqualTo(ApiConfig.defaults());
    assertThat(shipped.mappings()).hasSize(2);
    MappingConfig telemetry = shipped.mappings().getFirst();
    assertThat(telemetry.sourcePattern().pattern()).isEqualTo("comsrv:(\\d+):m");
    assertThat(telemetry.measurement()).isEqualTo("telemetry");
    assertThat(telemetry.tags()).containsExactly(new Tag("channel", 1));
    assertThat(telemetry.fields())
        .containsExactly(
            Map.entry("1", new Field("voltage", null)),
            Map.entry("2", new Field("current", null)),
            Map.entry("3", new Field("power", null)));
    assertThat(telemetry.direct()).isFalse();
    MappingConfig models = shipped.mappings().getLast();
    assertThat(models.tags()).containsExactly(new Tag("model", 1));
    assertThat(models.fields()).isEmpty();
    assertThat(models.direct()).isTrue();
  }

  @Test
  void absentSectionsHaveTheProductPagesDefaults() {
    Config loaded = config.load("service: {}\n");

    assertThat(loaded)
        .isEqualTo(
            new Config(
                new ServiceConfig(
                    "hissrv", Duration.ofSeconds(10), OptionalInt.empty(), Duration.ofSeconds(8)),
                new SiteConfig("", ZoneOffset.UTC),
                new RedisConfig(
                    "redis://localhost:6379",
                    List.of("archive:1m:*", "archive:5m:*", "archive:pending")),
                new AggregationConfig(
                    true,
                    List.of(
                        new Level("1m", Duration.ofSeconds(60)),
                        new Level("5m", Duration.ofSeconds(300))),
                    ArchiveRelease.TTL,
                    256L * 1024 * 1024),
                List.of(),
                List.of(),
                SourcesConfig.defaults(),
                List.of(),
                new StoreConfig(Path.of("data"), Retention.defaults()),
                new PerformanceConfig(
                    1000, Duration.ofSeconds(5), 10_000, 3, 2L << 30, Duration.ofDays(30)),
                LoggingConfig.defaults(),
                new ApiConfig("0.0.0.0", 8082)));
  }

  @Test
  void aSectionWithEverythingCommentedOutHasItsDefaults() {
    assertThat(config.load("service:\nmappings:\napi:\n  # port: 1\n").api())
        .isEqualTo(ApiConfig.defaults());
  }

  @Test
  void everySettingIsRead() {
    Config loaded =
        config.load(
            """
            service: {name: plant-7, polling_interval: 500ms, batch_size: 50, stop_timeout: 1m}
            site: {time_zone: Asia/Shanghai}
            redis:
              url: redis://user:secret@redis.local/3
              data_patterns: ["archive:pending"]
            aggregation:
              enabled: false
              intervals: [{name: 1m, interval: 1m}]
            store: {type: sqlite, path: /srv/history, retention: {1m: 2y, 1h: 90d, raw: forever}}
            performance:
              batch_size: 200
              batch_timeout: 0s
              write_buffer_size: 100
              max_retries: 0
              outbox_size: 10MB
              outbox_age: 12h
            api: {host: 127.0.0.1, port: 0}
            mappings:
              - source_pattern: comsrv:(\\d+):([ms])
                measurement: telemetry
                tags:
                  - {name: kind, source: capture, index: 2}
                  - {name: channel, source: capture, index: 1}
                field_mappings:
                  10: {name: voltage, unit: V}
                  2: current
                  3: {name: energy, counter: {register: 99999.9}}
                  4: {name: runs, counter: {}}
                  5: {name: power, unit: kW, statistics: [integral, max, median]}
                  "*": direct
                statistics: [twa, max, percentile(99.90), {function: mode, levels: [1m]}]
            aggregations:
              - {name: level, interval: 60s, function: mean, sources: [telemetry]}
              - {name: counted, interval: 1m, function: increase, sources: [telemetry]}
              - {name: p5, interval: 1m, function: percentile(5), sources: [telemetry]}
            """);

    assertThat(loaded.service())
        .isEqualTo(
            new ServiceConfig(
                "plant-7", Duration.ofMillis(500), OptionalInt.of(50), Duration.ofMinutes(1)));
    assertThat(loaded.performance())
        .isEqualTo(
            new PerformanceConfig(200, Duration.ZERO, 100, 0, 10_000_000, Duration.ofHours(12)));
    assertThat(loaded.redis())
        .isEqualTo(
            new RedisConfig("redis://user:secret@redis.local:6379/3", List.of("archive:pending")));
    assertThat(loaded.aggregation()).isEqualTo(new AggregationConfig(false, List.of(ONE_MINUTE)));
    assertThat(loaded.store())
        .isEqualTo(
            new StoreConfig(
                Path.of("/srv/history"),
                new Retention(
                    Map.of(
                        ONE_MINUTE,
                        Duration.ofDays(730),
                        Level.parse("1h").orElseThrow(),
                        Duration.ofDays(90),
                        Level.RAW,
                        Retention.FOREVER),
                    true)));
    assertThat(loaded.store().retention().of(Level.RAW)).isEmpty();
    assertThat(loaded.store().retention().of(ONE_MINUTE)).contains(Duration.ofDays(730));
    assertThat(loaded.api()).isEqualTo(new ApiConfig("127.0.0.1", 0));
    MappingConfig mapping = loaded.mappings().getFirst();
    assertThat(mapping.tags()).containsExactly(new Tag("kind", 2), new Tag("channel", 1));
    assertThat(mapping.fields())
        .containsExactly(
            Map.entry("10", new Field("voltage", "V")),
            Map.entry("2", new Field("current", null)),
            Map.entry("3", new Field("energy", null, new Counter(99_999.9, 0))),
            Map.entry("4", new Field("runs", null, new Counter(0, 0))),
            Map.entry(
                "5",
                new Field(
                    "power",
                    "kW",
                    null,
                    EnumSet.of(Statistic.MAX, Statistic.INTEGRAL),
                    List.of(
                        new ValueFunction(
                            "median", List.of(), Set.of(ONE_MINUTE), values -> Double.NaN)))));
    assertThat(mapping.direct()).isTrue();
    assertThat(mapping.statistics()).containsExactlyInAnyOrder(Statistic.MAX, Statistic.TWA);
    assertThat(mapping.functions())
        .extracting(ValueFunction::call, ValueFunction::label, ValueFunction::levels)
        .containsExactly(
            tuple("percentile(99.9)", "percentile_99_9", Set.of(ONE_MINUTE)),
            tuple("mode", "mode", Set.of(ONE_MINUTE)));
    assertThat(loaded.site()).isEqualTo(new SiteConfig("", ZoneId.of("Asia/Shanghai")));
    assertThat(loaded.aggregations())
        .containsExactly(
            named("level", "mean", Statistic.AVG),
            named("counted", "increase", Statistic.INCREASE),
            named(
                "p5",
                "percentile_5",
                new ValueFunction(
                    "percentile",
                    List.of(new BigDecimal("5")),
                    Set.of(ONE_MINUTE),
                    values -> Double.NaN)));
  }

  @Test
  void theBatchSizeOfPerformanceWinsAndADifferentOneOfServiceIsWarnedOf() {
    Config both = config.load("service: {batch_size: 50}\nperformance: {batch_size: 200}\n");
    assertThat(both.performance().batchSize()).isEqualTo(200);
    assertThat(both.warnings())
        .containsExactly(
            "service.batch_size is 50 and performance.batch_size 200: the latter holds; remove"
                + " one");

    Config older = config.load("service: {batch_size: 50}\nperformance: {max_retries: 5}\n");
    assertThat(older.performance().batchSize()).isEqualTo(50);
    assertThat(older.performance().maxRetries()).isEqualTo(5);
    assertThat(older.warnings()).isEmpty();

    Config newer = config.load("service: {name: a}\nperformance: {batch_size: 200}\n");
    assertThat(newer.performance().batchSize()).isEqualTo(200);
    assertThat(newer.warnings()).isEmpty();
    assertThat(
            config.load("service: {batch_size: 200}\nperformance: {batch_size: 200}\n").warnings())
        .isEmpty();
  }

  @Test
  void durationsHaveUnits() {
    for (var each :
        Map.of("500ms", 500, "10s", 10_000, "5m", 300_000, "1h", 3_600_000).entrySet()) {
      assertThat(config.load("service: {polling_interval: " + each.getKey() + "}\n"))
          .extracting(c -> c.service().pollingInterval())
          .isEqualTo(Duration.ofMillis(each.getValue()));
    }
    for (String wrong : List.of("10", "10 s", "1.5s", "-1s", "s", "10S", "2h", "1d", "99ms")) {
      assertThat(config.problems("service:\n  polling_interval: " + wrong + "\n"))
          .as(wrong)
          .containsExactly(
              "2:21 service.polling_interval: found \""
                  + wrong
                  + "\", allowed is a duration such as 500ms, 10s, 5m, 2h or 1d, from 100ms to 1h");
    }
  }

  @Test
  void variablesComeFromTheEnvironment() {
    Config loaded =
        config.load(
            """
            service: {name: "${SITE}-${UNIT:-1}", batch_size: "${BATCH:-250}"}
            api: {host: "${HOST:-127.0.0.1}", port: "${PORT}"}
            store: {path: "a$${b}"}
            """,
            Map.of("SITE", "north", "PORT", "9000", "HOST", ""));

    assertThat(loaded.service().name()).isEqualTo("north-1");
    assertThat(loaded.performance().batchSize()).isEqualTo(250);
    assertThat(loaded.api()).isEqualTo(new ApiConfig("127.0.0.1", 9000));
    assertThat(loaded.store().path()).isEqualTo(Path.of("a${b}"));
  }

  @Test
  void anAnchorMayBeUsedAgain() {
    Config loaded =
        config.load(
            """
            mappings:
              - source_pattern: a:(.+)
                measurement: a
                tags: &tags [{name: id, source: capture, index: 1}]
                field_mappings: {"*": direct}
              - source_pattern: b:(.+)
                measurement: b
                tags: *tags
                field_mappings: {"*": direct}
            """);

    assertThat(loaded.mappings().getLast().tags()).containsExactly(new Tag("id", 1));
  }

  @Test
  void aPasswordIsInNoTextOfTheConfiguration() {
    Config loaded = config.load("redis: {url: \"redis://:s3cret@h:1\"}\n");

    assertThat(loaded.redis().url()).isEqualTo("redis://:s3cret@h:1");
    assertThat(loaded.redis().safeUrl()).isEqualTo("redis://***@h:1");
    assertThat(loaded.toString()).doesNotContain("s3cret");
  }

  @Test
  void theExceptionsMessageHasALinePerProblem() {
    assertThatThrownBy(() -> config.load("service:\n  nam: x\napi:\n  port: x\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            %1$s/hissrv.yml:2:3: service.nam: unknown key "nam"; did you mean "name"? \
            Allowed here: name, polling_interval, batch_size, stop_timeout
            %1$s/hissrv.yml:4:9: api.port: found "x", allowed is a whole number from 0 to 65535\
            """
                .formatted(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          redis+cluster://a,b:7001 redis+cluster://a:6379,b:7001
          redis+cluster://a redis+cluster://a:6379
          redis+cluster://u:p%40@[::1]:7000,b/ redis+cluster://u:p%40@[::1]:7000,b:6379/
          redis://:p@a redis://:p@a:6379
          rediss://:p@a/2 rediss://:p@a:6379/2
          rediss-cluster://:p@a rediss+cluster://:p@a:6379
          redis-sentinel://:p@a,b:1/my.master redis+sentinel://:p@a:26379,b:1/my.master
          rediss+sentinel://:p@a/m/3 rediss+sentinel://:p@a:26379/m/3
          """)
  void portsThatAreLeftOutAreRedissOwn(String written, String read) {
    assertThat(config.load("redis: {url: \"" + written + "\"}\n").redis().url()).isEqualTo(read);
    assertThat(new RedisConfig(read, List.of()).toString())
        .doesNotContain("p@")
        .doesNotContain("p%40");
  }

  @Test
  void userAndPasswordOfRedisMayStandBesideTheUrlAsTheyAre() throws Exception {
    Files.writeString(folder.resolve("secret"), "a:b@c/d+e %\n");
    var redis =
        config
            .load(
                """
                redis:
                  url: "redis+sentinel://a,b/m/2"
                  username: "his:srv"
                  password: "${file:secret}"
                  sentinel_password: "${file:secret}"
                """)
            .redis();
    assertThat(RedisUrl.parse(redis.url()).login())
        .isEqualTo(new RedisLogin("his:srv", "a:b@c/d+e %"));
    assertThat(redis.url()).endsWith("@a:26379,b:26379/m/2");
    assertThat(redis.sentinels()).isEqualTo(new RedisLogin(null, "a:b@c/d+e %"));
    assertThat(redis.toString() + redis.sentinels()).doesNotContain("a:b").doesNotContain("a%3A");
  }

  @Test
  void aDeadbandIsAWidthOrAShareAndFiltersOfOneGlobAreToldApart() {
    var filters =
        config
            .load(
                """
                filters:
                  - {source: "comsrv:*:m", deadband: {"1": 0.5, "2": 1%, "*": 1e-3}}
                  - {source: "comsrv:*:m", deadband: {"1": 2.5 %}}
                """)
            .filters();
    assertThat(filters.getFirst().deadband())
        .isEqualTo(Map.of("1", new Band(0.5, 0), "2", new Band(0, 0.01), "*", new Band(0.001, 0)));
    assertThat(filters.getLast().deadband()).isEqualTo(Map.of("1", new Band(0, 0.025)));
    assertThat(filters)
        .extracting(FilterConfig::name)
        .containsExactly("comsrv:*:m", "comsrv:*:m #2");
  }

  private static NamedAggregation named(String name, String function, Summary statistic) {
    var minute = new Level("1m", Duration.ofMinutes(1));
    return new NamedAggregation(name, minute, function, statistic, Set.of("telemetry"));
  }

  @Test
  void anAggregationsFunctionGoesByTheNamesThatPeopleKnow() {
    Map.of(
            "mean", Statistic.AVG,
            "average", Statistic.AVG,
            "avg", Statistic.AVG,
            "range", Statistic.RANGE,
            "spread", Statistic.RANGE,
            "stddev", Statistic.STDDEV,
            "twa", Statistic.TWA,
            "time_weighted_average", Statistic.TWA,
            "good_share", Statistic.GOOD)
        .forEach((function, statistic) ->
            assertThat(
                    config
                        .load(
                            "aggregations:\n"
                                + "  - {name: a, interval: 5m, sources: [m], function: %s}\n"
                                    .formatted(function))
                        .aggregations())
                .singleElement()
                .satisfies(one -> {
                  assertThat(one.statistic()).isEqualTo(statistic);
                  assertThat(one.function()).isEqualTo(function);
                  assertThat(one.level().name()).isEqualTo("5m");
                }));
  }

  @Test
  void loggingIsReadWhole() {
    Config loaded =
        config.load(
            """
            logging:
              level: warn
              levels: {hissrv.deliver: debug, redis.clients: info}
              format: json
              file: none
              file_size: 1MiB
              days: 30
              total_size: 2GB
            """);
    assertThat(loaded.logging())
        .isEqualTo(
            new LoggingConfig(
                Map.of("hissrv", "warn", "hissrv.deliver", "debug", "redis.clients", "info"),
                true,
                null,
                1 << 20,
                30,
                2_000_000_000L));
  }
}
