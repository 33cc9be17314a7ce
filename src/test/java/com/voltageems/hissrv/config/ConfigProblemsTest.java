package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigProblemsTest {
  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void prepare() {
    config = new ConfigFixture(folder);
  }

  @Test
  void allProblemsAreFoundAtOnceInTheFilesOrder() {
    assertThat(
            config.problems(
                """
                servce: {}
                api:
                  port: 70000
                redis:
                  url: http://localhost
                aggregation:
                  enabled: yes
                store: [data]
                """))
        .containsExactly(
            "1:1 servce: unknown key \"servce\"; did you mean \"service\"? Allowed here: service,"
                + " site, redis, aggregation, mappings, aggregations, sources, filters, store, influxdb, performance,"
                + " logging, api, lease, backup, alerts",
            "3:9 api.port: found \"70000\", allowed is a whole number from 0 to 65535",
            "5:8 redis.url: the URL starts with neither redis nor rediss; allowed is"
                + " redis://[[user]:password@]host[:port][/db],"
                + " redis+cluster://[[user]:password@]host[:port],host[:port],… or"
                + " redis+sentinel://[[user]:password@]host[:port],host[:port],…/master[/db];"
                + " with TLS rediss…",
            "7:12 aggregation.enabled: found \"yes\", allowed is true or false",
            "8:8 store: found a list, allowed is a mapping with type, path, retention, also");
  }

  @Test
  void leasesNeedAStoreThatAllInstancesReach() {
    assertThat(
            config.problems("lease:\n  enabled: true\n  ttl: 1s\n  shards: 0\n  instance: a b\n"))
        .containsExactly(
            "2:12 lease.enabled: several instances need a store that all of them reach: the embedded"
                + " one belongs to one; set store.type to influxdb, or this to false",
            "3:8 lease.ttl: found \"1s\", allowed is a duration such as 500ms, 10s, 5m, 2h or 1d,"
                + " from 3s to 5m",
            "4:11 lease.shards: found \"0\", allowed is a whole number from 1 to 1024",
            "5:13 lease.instance: found \"a b\", allowed is letters, digits, '.', '_' and '-', at"
                + " most 64 of them");
    assertThat(config.load("lease: {enabled: false}\n")).isEqualTo(config.load("lease:\n"));
    assertThat(
            config
                .load("lease: {enabled: true}\ninfluxdb: {url: 'http://i:1', database: d}\n")
                .lease())
        .isEqualTo(new LeaseConfig(true, Duration.ofSeconds(10), 32, ""));
  }

  @Test
  void aRetentionIsALevelAndDaysOrYears() {
    String kept = "allowed is forever or whole days or years from 1d to 100y, such as 30d";
    assertThat(
            config.problems(
                """
                store:
                  retention:
                    1m: 12h
                    5m: 101y
                    1h: 0d
                    1d: soon
                    hourly: 30d
                    raw: [30d]
                """))
        .containsExactly(
            "3:9 store.retention.1m: found \"12h\", " + kept,
            "4:9 store.retention.5m: found \"101y\", " + kept,
            "5:9 store.retention.1h: found \"0d\", " + kept,
            "6:9 store.retention.1d: found \"soon\", " + kept,
            "7:5 store.retention.hourly: \"hourly\" is no level; allowed is a level such as 1m, 5m,"
                + " 1h, 1d or raw",
            "8:10 store.retention.raw: found a list, " + kept);
    assertThat(config.problems("store: {retention: 30d}\n"))
        .containsExactly(
            "1:20 store.retention: found \"30d\", allowed is a mapping of levels, such as 1m: 30d");
  }

  @Test
  void theStoresTypeIsOneThatThereIs() {
    assertThat(config.problems("store:\n  type: influxdb\n"))
        .containsExactly(
            "2:9 store.type: store type influxdb needs a section influxdb, which says where it is");
    assertThat(config.problems("store: {type: h2}\n"))
        .containsExactly("1:15 store.type: found \"h2\", allowed is sqlite or influxdb");
    assertThat(config.problems("store: {path: ~/data}\n"))
        .containsExactly("1:15 store.path: ~ has no meaning here; write ${HOME}");
  }

  @Test
  void whatPerformanceAsksForIsInBounds() {
    assertThat(
            config.problems(
                """
                service: {batch_size: 100001, stop_timeout: 0s}
                performance:
                  batch_size: 0
                  batch_timeout: 11m
                  write_buffer_size: many
                  max_retries: -1
                  outbox_size: 2000
                  outbox_age: 59s
                  compression: true
                  max_retry: 3
                """))
        .containsExactly(
            "1:23 service.batch_size: found \"100001\", allowed is a whole number from 1 to 100000",
            "1:45 service.stop_timeout: found \"0s\", allowed is a duration such as 500ms, 10s, 5m,"
                + " 2h or 1d, from 1s to 10m",
            "3:15 performance.batch_size: found \"0\", allowed is a whole number from 1 to 100000",
            "4:18 performance.batch_timeout: found \"11m\", allowed is a duration such as 500ms,"
                + " 10s, 5m, 2h or 1d, from 0s to 10m",
            "5:22 performance.write_buffer_size: found \"many\", allowed is a whole number from 1 to"
                + " 10000000",
            "6:16 performance.max_retries: found \"-1\", allowed is a whole number from 0 to 1000",
            "7:16 performance.outbox_size: found \"2000\", allowed is a size such as 64MiB, 512MB or"
                + " 1GB, from 1MiB to 1024GiB",
            "8:15 performance.outbox_age: found \"59s\", allowed is a duration such as 500ms, 10s,"
                + " 5m, 2h or 1d, from 1m to 10y",
            "9:16 performance.compression: found \"true\", allowed is gzip or none",
            "10:3 performance.max_retry: unknown key \"max_retry\"; did you mean \"max_retries\"?"
                + " Allowed here: batch_size, batch_timeout, write_buffer_size, max_retries,"
                + " outbox_size, outbox_age, compression");
  }

  @Test
  void compressionIsWrittenInOneOfItsTwoPlaces() {
    String influxdb =
        "influxdb: {url: \"http://localhost:8086\", bucket: ems, org: o, compression: %s}\n";
    String performance = "performance: {compression: none}\n";
    assertThat(config.problems(influxdb.formatted("gzip") + performance))
        .containsExactly(
            "2:28 performance.compression: influxdb.compression says \"gzip\": write it once");
    String alone = influxdb.replace(", compression: %s", "");
    assertThat(config.load(alone + performance).influxdb().orElseThrow().gzip()).isFalse();
    assertThat(config.load(alone).influxdb().orElseThrow().gzip()).isTrue();
    assertThat(
            config.load(influxdb.formatted("none") + performance).influxdb().orElseThrow().gzip())
        .isFalse();
  }

  @Test
  void intervalsAreLevelsOfWholeMinutes() {
    assertThat(
            config.problems(
                """
                aggregation:
                  intervals:
                    - {name: 90s, interval: 90s}
                    - {name: 5m, interval: 60s, script: mine}
                    - {name: 5m, interval: 5m}
                    - {interval: soon}
                    - {name: hourly, interval: 1h}
                    - {name: 36h, interval: 36h}
                    - {name: 400d, interval: 400d}
                """))
        .containsExactly(
            "3:5 aggregation.intervals: all levels are folded from 1m windows: add the interval 1m",
            "3:7 aggregation.intervals[0]: a window of 90s can't be had: it is not made of whole"
                + " minutes",
            "4:28 aggregation.intervals[1].interval: found \"60s\", allowed is 5m for 5m",
            "4:41 aggregation.intervals[1].script: found \"mine\", which is no script; allowed is"
                + " aggregate_5m",
            "5:7 aggregation.intervals[2]: interval \"5m\" is given twice",
            "6:7 aggregation.intervals[3]: \"name\" is missing",
            "6:18 aggregation.intervals[3].interval: found \"soon\", allowed is a duration such as"
                + " 500ms, 10s, 5m, 2h or 1d",
            "7:7 aggregation.intervals[4]: found the name \"hourly\", allowed is a level such as 1m,"
                + " 15m, 1h or 1d",
            "8:7 aggregation.intervals[5]: a window of 36h can't be had: beyond a day it must be"
                + " whole days",
            "9:7 aggregation.intervals[6]: a window of 400d can't be had: it is longer than a year");
    assertThat(config.problems("aggregation: {intervals: []}\n"))
        .containsExactly(
            "1:26 aggregation.intervals: holds no interval; to switch aggregation off, set enabled:"
                + " false");
  }

  @Test
  void archivesAreReleasedByTtlOrWhenDurableAndTheirMemoryIsASize() {
    assertThat(
            config.problems(
                """
                aggregation:
                  release: never
                  archive_memory: 256
                """))
        .containsExactly(
            "2:12 aggregation.release: found \"never\", allowed is ttl or durable",
            "3:19 aggregation.archive_memory: found \"256\", allowed is a size such as 64MiB, 512MB"
                + " or 1GB, from 1MiB to 1024GiB");
    assertThat(config.problems("aggregation: {archive_memory: 100KB}\n")).hasSize(1);
    assertThat(config.problems("aggregation: {archive_memory: 64 MiB}\n")).hasSize(1);
    assertThat(config.problems("aggregation: {archive_memory: 2000GB}\n")).hasSize(1);
    assertThat(config.problems("aggregation: {realease: ttl}\n"))
        .singleElement(as(STRING))
        .contains("did you mean \"release\"?");
  }

  @Test
  void statisticsAreThoseThereAre() {
    assertThat(
            config.problems(
                """
                mappings:
                  - source_pattern: a
                    measurement: m
                    field_mappings: {"*": direct}
                    statistics: [avg, mean, twa, medain, modus, percentile]
                """))
        .containsExactly(
            "5:23 mappings[0].statistics[1]: found \"mean\"; did you mean \"avg\"? Allowed is avg, min,"
                + " max, count, sum, first, last, range, stddev, twa, integral, good, median, mode,"
                + " percentile",
            "5:34 mappings[0].statistics[3]: found \"medain\"; did you mean \"median\"? Allowed is avg,"
                + " min, max, count, sum, first, last, range, stddev, twa, integral, good, median,"
                + " mode, percentile",
            "5:42 mappings[0].statistics[4]: found \"modus\", allowed is avg, min, max, count, sum,"
                + " first, last, range, stddev, twa, integral, good, median, mode, percentile",
            "5:49 mappings[0].statistics[5]: found \"percentile\": percentile takes one number from 0"
                + " to 100");
  }

  @Test
  void functionsTakeTheArgumentsTheyTakeAndHaveAFieldOfTheirOwn() {
    assertThat(
            config.problems(
                """
                mappings:
                  - source_pattern: a
                    measurement: m
                    field_mappings: {"*": direct}
                    statistics:
                      - percentile(101)
                      - percentile(x)
                      - median(5)
                      - percentile(95)
                      - percentile( 95.0 )
                      - "percentile(5,6)"
                """))
        .containsExactly(
            "6:9 mappings[0].statistics[0]: found \"percentile(101)\": percentile takes one number"
                + " from 0 to 100",
            "7:9 mappings[0].statistics[1]: found \"percentile(x)\": arguments are numbers such as 95"
                + " or 99.9",
            "8:9 mappings[0].statistics[2]: found \"median(5)\": median takes no arguments",
            "10:9 mappings[0].statistics[4]: another function of this rule is stored as"
                + " <field>_percentile_95 too",
            "11:9 mappings[0].statistics[5]: found \"percentile(5,6)\": percentile takes one number"
                + " from 0 to 100");
  }

  @Test
  void functionsAreForLevelsOfAnHourAtMost() {
    assertThat(
            config.problems(
                """
                aggregation:
                  intervals:
                    - {name: 1m, interval: 1m}
                    - {name: 1h, interval: 1h}
                    - {name: 2h, interval: 2h}
                    - {name: 1d, interval: 1d}
                mappings:
                  - source_pattern: a
                    measurement: m
                    field_mappings: {"*": direct}
                    statistics:
                      - avg
                      - median
                      - {function: percentile(95), levels: [1m, 1d, 5m]}
                      - {function: mode, levels: [1m, 1h]}
                      - {function: percentile(5), levels: []}
                """))
        .containsExactly(
            "13:9 mappings[0].statistics[1]: a function needs every value of its window, and those of"
                + " more than an hour (2h, 1d) are not kept; say on which levels: {function: …,"
                + " levels: [1m, 1h]}",
            "14:49 mappings[0].statistics[2].levels[1]: a function needs every value of its window,"
                + " and those of more than an hour are not kept; found \"1d\"",
            "14:53 mappings[0].statistics[2].levels[2]: found \"5m\", allowed is 1m, 1h, 2h, 1d"
                + " (aggregation.intervals)",
            "16:43 mappings[0].statistics[4].levels: names no level, allowed is a list of 1m, 1h");
  }

  @Test
  void aCountersBoundsAreNumbersAboveZero() {
    assertThat(
            config.problems(
                """
                mappings:
                  - source_pattern: a
                    measurement: m
                    field_mappings:
                      1: {name: a, counter: {register: 0, max_rate: -5}}
                      2: {name: b, counter: {width: 9}}
                    statistics: [increase]
                """))
        .containsExactly(
            "5:40 mappings[0].field_mappings.1.counter.register: found \"0\", allowed is a number"
                + " above zero",
            "5:53 mappings[0].field_mappings.1.counter.max_rate: found \"-5\", allowed is a number"
                + " above zero",
            "6:30 mappings[0].field_mappings.2.counter.width: unknown key \"width\". Allowed here:"
                + " register, max_rate",
            "7:18 mappings[0].statistics[0]: increase is for counters: give the field \"counter:"
                + " {}\" in field_mappings, and every window has it");
  }

  @Test
  void theSitesTimeZoneIsOneThatExists() {
    assertThat(config.problems("site: {time_zone: Europe/Atlantis}\n"))
        .containsExactly(
            "1:19 site.time_zone: found \"Europe/Atlantis\", allowed is a time zone such as"
                + " Europe/Berlin, Asia/Shanghai or UTC");
  }

  @Test
  void dataPatternsAreThoseThatAreBuilt() {
    assertThat(
            config.problems(
                "redis:\n"
                    + "  data_patterns: [\"mine:15m:*\", \"archive:15m:*\", archive:pending,"
                    + " archive:pending]\n"))
        .containsExactly(
            "2:19 redis.data_patterns[0]: found \"mine:15m:*\", which is not built yet in this"
                + " version; allowed are archive:<level>:* such as archive:1m:*, and"
                + " archive:pending",
            "2:67 redis.data_patterns[3]: \"archive:pending\" is given twice");
    assertThat(config.problems("redis: {data_patterns: []}\n")).hasSize(1);
  }

  @Test
  void mappingsSayWhatIsWrongWithThem() {
    assertThat(
            config.problems(
                """
                mappings:
                  - source_pattern: "comsrv:(\\\\d+:m"
                    measurement: ""
                  - source_pattern: comsrv:(\\d+):m
                    measurement: telemetry
                    tags:
                      - {name: channel, source: key, index: 2}
                      - {name: interval, source: capture, index: 0}
                      - {name: channel, source: capture, index: 1}
                    field_mappings:
                      1: voltage
                      2: {name: voltage, units: V}
                      3: direct
                      "*": keep
                  - measurement: x
                    field_mapping: {}
                """))
        .containsExactly(
            "2:5 mappings[0]: \"field_mappings\" is missing",
            "2:21 mappings[0].source_pattern: found \"comsrv:(\\d+:m\", not a regular expression:"
                + " Unclosed group at character 14",
            "3:18 mappings[0].measurement: found \"\", allowed is a name",
            "7:33 mappings[1].tags[0].source: found \"key\", allowed is capture",
            "7:45 mappings[1].tags[0].index: found \"2\", but source_pattern has 1 group(s)",
            "8:9 mappings[1].tags[1]: the tag name \"interval\" is reserved; take another",
            "8:50 mappings[1].tags[1].index: found \"0\", allowed is a whole number from 1 to 99",
            "9:9 mappings[1].tags[2]: tag \"channel\" is given twice in this rule",
            "12:10 mappings[1].field_mappings.2: points \"1\" and \"2\" of this rule would both be"
                + " field \"voltage\"",
            "12:26 mappings[1].field_mappings.2.units: unknown key \"units\"; did you mean"
                + " \"unit\"? Allowed here: name, unit, type, scale, offset, counter, statistics",
            "13:10 mappings[1].field_mappings.3: \"direct\" is only for \"*\"; allowed is a field"
                + " name, or {name: voltage, unit: V}",
            "14:12 mappings[1].field_mappings.*: found \"keep\", allowed is direct for \"*\"",
            "15:5 mappings[2]: \"source_pattern\" is missing",
            "15:5 mappings[2]: \"field_mappings\" is missing",
            "16:5 mappings[2].field_mapping: unknown key \"field_mapping\"; did you mean"
                + " \"field_mappings\"? Allowed here: source_pattern, measurement, tags,"
                + " field_mappings, statistics, continue, max_series");
  }

  @Test
  void aKeyGivenTwiceIsNamedWithItsFirstPlace() {
    assertThat(config.problems("api:\n  port: 1\nservice: {}\napi:\n  port: 2\n"))
        .containsExactly("4:1 api: is given twice; the first is in line 1");
  }

  @Test
  void aMissingVariableIsAProblemAndAnExpandedValueIsNeverShown() {
    assertThat(
            config.problems(
                "redis: {url: \"${NO_URL}\"}\napi: {host: \"${\", port: \"${SECRET}\"}\n"
                    .getBytes(StandardCharsets.UTF_8),
                Map.of("SECRET", "s3cret")))
        .containsExactly(
            "1:14 redis.url: the environment variable NO_URL is not set; set it or write"
                + " ${NO_URL:-default}",
            "2:13 api.host: \"${\" must go on as ${NAME}, ${NAME:-default} or ${file:PATH}; write $${ for a plain"
                + " ${",
            "2:25 api.port: found \"${SECRET}\" (expanded from the environment), allowed is a whole"
                + " number from 0 to 65535");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://:s3cret@h/x",
        "http://:s3cret@h",
        "redis://:s3cret@",
        "redis://:s3cret@h:0",
        "redis://:s3cret@h:99999",
        "redis://:s3cret@h/x",
        "redis://:s3cret@h?timeout=1",
        "redis://:s3cret@h#1",
        "redis://:s3cret^@h",
        "redis://:s3cret@h:1,h:2",
        "rediss+cluster://:s3cret@h/1",
        "redis+sentinel://:s3cret@h",
        "redis+sentinel://:s3cret@h/3",
        "redis+sentinel://:s3cret@h,/mymaster",
        "redis+sentinel://:s3cret@h/mymaster/x",
        "redis+sentinel://:s3cret@h/mymaster?db=1",
        "http+cluster://:s3cret@h",
        "redis+cluster://:s3cret@",
        "redis+cluster://:s3cret@h:1,",
        "redis+cluster://:s3cret@h:1,h:0",
        "redis+cluster://:s3cret@h:1,h:99999",
        "redis+cluster://:s3cret@h:1,h:2/3",
        "redis+cluster://:s3cret@h:1,h:2?x=1",
        "redis+cluster:s3cret",
        "s3cret"
      })
  void aWrongRedisUrlIsRefusedWithoutShowingIt(String url) {
    assertThat(config.problems("redis: {url: \"" + url + "\"}\n"))
        .singleElement()
        .asString()
        .startsWith("1:14 redis.url: ")
        .doesNotContain("s3cret");
  }

  @Test
  void whatIsWrongWithAClustersUrlIsSaid() {
    assertThat(config.problems("redis: {url: \"redis://a:1,b:2\"}\n"))
        .singleElement()
        .asString()
        .contains("names several servers, but starts with neither redis+cluster://");
    assertThat(config.problems("redis: {url: \"redis+cluster://a:1,b:2/3\"}\n"))
        .singleElement()
        .asString()
        .contains("a cluster has no databases");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url: "redis://:s3cret@h", password: s3cret | has a user or password already
          url: "redis://h", username: hissrv | "password" is missing
          url: "redis://h", tls: {verify: none} | does not start with rediss
          url: "redis://h", sentinel_password: s3cret | write redis+sentinel://
          url: "redis+sentinel://h/m", sentinel_username: a | "sentinel_password" is missing
          url: "rediss://h", tls: {ca: none.pem} | no file "none.pem"
          url: "rediss://h", tls: {cert: /dev/null} | belong together
          url: "rediss://h", tls: {verify: yes} | allowed is one of full, ca, none
          url: "rediss://h", tls: {cacert: /dev/null} | Allowed here: ca, cert, key, verify
          url: "redis+sentinel://h" | the master's name is missing
          """)
  void whatOfRedisHasNoEffectOrNoFileIsRefused(String written, String problem) {
    assertThat(config.problems("redis: {" + written + "}\n"))
        .singleElement()
        .asString()
        .contains(problem)
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1e", "1 %%", "101%", "NaN", "\"\"", "[1]", "x"})
  void aDeadbandIsANumberOrAShare(String band) {
    assertThat(
            config.problems("filters: [{source: \"comsrv:*\", deadband: {\"1\": " + band + "}}]\n"))
        .singleElement()
        .asString()
        .startsWith("1:48 filters[0].deadband.1: ")
        .contains("allowed is a number above zero");
  }

  @Test
  void aFilterNeedsConditionsOrADeadband() {
    assertThat(config.problems("filters: [{source: \"comsrv:*\"}]\n"))
        .singleElement()
        .asString()
        .contains("\"conditions\" is missing");
    assertThat(config.problems("filters: [{source: \"comsrv:*\", deadband: {}}]\n"))
        .singleElement()
        .asString()
        .contains("names no point");
  }

  @Test
  void whatIsNotYamlSaysWhere() {
    assertThat(config.problems("api:\n\tport: 1\n"))
        .containsExactly(
            "2:1 : not valid YAML while scanning for the next token: found character '\\t(TAB)' that"
                + " cannot start any token. (Do not use \\t(TAB) for indentation)");
    assertThat(config.problems("api: {port: 1\n"))
        .singleElement()
        .asString()
        .startsWith("2:1 : not valid YAML");
    assertThat(config.problems("a: 1\n---\nb: 2\n"))
        .singleElement()
        .asString()
        .contains("not valid YAML");
    assertThat(config.problems("- 1\n"))
        .containsExactly(
            "1:1 : found a list, allowed is a mapping with service, site, redis, aggregation,"
                + " mappings, aggregations, sources, filters, store, influxdb, performance,"
                + " logging, api, lease, backup, alerts");
    assertThat(config.problems("api: {? [1] : 2}\n"))
        .containsExactly("1:9 api: a key must be plain text; merge keys are not supported");
    assertThat(config.problems("api: {port: \u0007}\n"))
        .containsExactly("1:13 : the character U+0007 is not allowed in YAML");
  }

  @Test
  void whatIsNotUtf8SaysWhere() {
    byte[] gbk = {'#', '\n', '#', ' ', (byte) 0xC6, (byte) 0xE4, '\n'};
    assertThat(config.problems(gbk, Map.of()))
        .containsExactly("2:3 : here is no valid UTF-8; save the file as UTF-8");
    assertThat(config.problems("api: {}\n".getBytes(StandardCharsets.UTF_16), Map.of()))
        .containsExactly("0:0 : is encoded in UTF-16; save it as UTF-8");
    assertThat(config.load("\uFEFFapi: {port: 1} # 端口\n").api().port()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n"})
  void anEmptyFileIsRefused(String yaml) {
    assertThat(config.problems(yaml)).singleElement().asString().contains("holds no section");
  }

  @Test
  void bombsAreRefused() {
    var aliases = new StringBuilder("a0: &a0 [1, 1]\n");
    for (int i = 1; i < 40; i++) {
      aliases.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(config.problems(aliases.toString())).singleElement().asString().contains("aliases");
    assertThat(config.problems("a: " + "[".repeat(5000)))
        .singleElement()
        .asString()
        .contains("Depth");
    assertThat(config.problems("#".repeat((4 << 20) + 1)))
        .containsExactly("0:0 : is larger than 4 MB");
    assertThat(config.problems("a: &a [*a]\nmappings: &m [*m]\n")).isNotEmpty();
  }

  @Test
  void aFileOfNothingButProblemsDoesNotFillTheScreen() {
    var yaml = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      yaml.append("key_").append(i).append(": x\n");
    }
    List<String> problems = config.problems(yaml.toString());
    assertThat(problems).hasSize(101);
    assertThat(problems.getLast()).isEqualTo("0:0 : and 400 more problems");
  }

  @Test
  void filtersSayWhatIsWrongWithThem() {
    assertThat(
            config.problems(
                """
                sources: {stale_after: 0s, patterns: []}
                filters:
                  - {name: a, source: "comsrv:*:m", conditions: []}
                  - {name: a, conditions: [{field: q, operator: equals, value: 1}], action: keep}
                  - source: "*"
                    match: some
                    conditions:
                      - {field: q, operator: bteween, value: [1, 2]}
                      - {field: q, operator: between, value: [2, 1]}
                      - {field: q, operator: gt, value: high}
                      - {field: q, operator: matches, value: "[a"}
                      - {field: "@value", operator: exists}
                      - {field: q, operator: in, value: good}
                      - {operator: eq}
                      - {field: q, operator: matches, value: ".*;.*;.*fault$"}
                      - {field: q, operator: in, value: []}
                  - {source: 'comsrv:\\d+:m', conditions: [{field: q, operator: exists}]}
                """))
        .containsExactly(
            "1:24 sources.stale_after: found \"0s\", allowed is a duration such as 500ms, 10s, 5m, 2h or 1d,"
                + " from 1s to 1d",
            "1:38 sources.patterns: is empty, so nothing would be sampled; leave it out for all keys",
            "3:49 filters[0].conditions: has no condition",
            "4:5 filters[1]: \"source\" is missing",
            "4:5 filters[1]: filter \"a\" is given twice",
            "4:49 filters[1].conditions[0].operator: found \"equals\", allowed is one of eq, ne, gt,"
                + " ge, lt, le, in, matches, exists, between",
            "4:77 filters[1].action: found \"keep\", allowed is drop or mark",
            "6:12 filters[2].match: found \"some\", allowed is all or any",
            "8:30 filters[2].conditions[0].operator: found \"bteween\", allowed is one of eq, ne, gt,"
                + " ge, lt, le, in, matches, exists, between; did you mean \"between\"?",
            "9:46 filters[2].conditions[1].value: found a list, allowed is a list of two numbers, the"
                + " smaller first",
            "10:41 filters[2].conditions[2].value: found \"high\", allowed is a number",
            "11:46 filters[2].conditions[3].value: is no Lua pattern for this: a [ has no ]",
            "12:37 filters[2].conditions[4].operator: @value is a number that is there: take another"
                + " operator, or a field",
            "13:41 filters[2].conditions[5].value: found \"good\", allowed is a list of values",
            "14:9 filters[2].conditions[6]: \"field\" is missing",
            "15:46 filters[2].conditions[7].value: is no Lua pattern for this: more than two of * + -"
                + " could keep Redis busy for minutes",
            "16:41 filters[2].conditions[8].value: is empty, allowed is a list of values",
            "17:14 filters[3].source: is a glob, no regular expression: write comsrv:*:m");
  }

  @Test
  void aggregationsSayWhatIsWrongWithThem() {
    String functions =
        "avg, min, max, count, sum, first, last, range, stddev, twa, integral, good, increase, median,"
            + " mode, percentile, or average, good_share, mean, spread, time_weighted_average";
    assertThat(
            config.problems(
                """
                mappings:
                  - {source_pattern: a, measurement: telemetry, field_mappings: {"*": direct}}
                  - {source_pattern: b, measurement: model_data, field_mappings: {"*": direct}}
                aggregations:
                  - {name: a, interval: 15m, function: mean, sources: [telemetry]}
                  - {name: a, interval: soon, function: maen, sources: [telemtry, telemtry]}
                  - {name: b, interval: 1m, function: percentile(950), sources: []}
                  - {name: c, interval: 1m, function: increase, sources: [model_data, zzz]}
                  - {name: d, function: best, source: [telemetry]}
                """))
        .containsExactly(
            "5:25 aggregations[0].interval: found \"15m\", which is no level in"
                + " aggregation.intervals; add it there, or take one of 1m, 5m",
            "6:5 aggregations[1]: aggregation \"a\" is given twice",
            "6:25 aggregations[1].interval: found \"soon\", allowed is a duration such as 500ms,"
                + " 10s, 5m, 2h or 1d",
            "6:41 aggregations[1].function: found \"maen\", which is no function; did you mean"
                + " \"mean\"? Allowed are "
                + functions,
            "6:57 aggregations[1].sources[0]: found \"telemtry\", a measurement that no rule of"
                + " mappings writes; did you mean \"telemetry\"? They write: model_data, telemetry",
            "6:67 aggregations[1].sources[1]: \"telemtry\" is given twice",
            "7:39 aggregations[2].function: found \"percentile(950)\": percentile takes one number from"
                + " 0 to 100",
            "7:65 aggregations[2].sources: names no measurement",
            "8:39 aggregations[3].function: increase is for counters, and no field of"
                + " \"model_data\" is one: give it \"counter: {}\" in field_mappings",
            "8:71 aggregations[3].sources[1]: found \"zzz\", a measurement that no rule of mappings"
                + " writes. They write: model_data, telemetry",
            "9:5 aggregations[4]: \"interval\" is missing",
            "9:5 aggregations[4]: \"sources\" is missing",
            "9:25 aggregations[4].function: found \"best\", which is no function. Allowed are "
                + functions,
            "9:31 aggregations[4].source: unknown key \"source\"; did you mean \"sources\"? Allowed"
                + " here: name, interval, function, sources");
  }

  @Test
  void aFieldsStatisticsAreCheckedLikeARules() {
    assertThat(
            config.problems(
                """
                mappings:
                  - source_pattern: (a)
                    measurement: m
                    tags: [{name: aggregation, source: capture, index: 1}]
                    field_mappings:
                      1: {name: a, statistics: [max, best]}
                """))
        .containsExactly(
            "4:12 mappings[0].tags[0]: the tag name \"aggregation\" is reserved; take another",
            "6:38 mappings[0].field_mappings.1.statistics[1]: found \"best\", allowed is avg, min,"
                + " max, count, sum, first, last, range, stddev, twa, integral, good, median, mode,"
                + " percentile");
  }

  @Test
  void anAggregationOfEveryValueIsOfAnHourAtMost() {
    assertThat(
            config.problems(
                """
                aggregation:
                  intervals: [{name: 1m, interval: 1m}, {name: 1d, interval: 1d}]
                aggregations:
                  - {name: a, interval: 1m, function: median, sources: [telemetry]}
                  - {name: b, interval: 1d, function: median, sources: [telemetry]}
                """))
        .containsExactly(
            "5:39 aggregations[1].function: median needs every value of its window, and those of more"
                + " than an hour (1d) are not kept");
  }

  @Test
  void loggingIsCheckedWhole() {
    assertThat(
            config.problems(
                """
                logging:
                  level: loud
                  levels: {deliver: debug, hissrv.x: verbose}
                  format: xml
                  file: {}
                  file_size: 1KB
                  days: 0
                  rotate: daily
                """))
        .satisfiesExactly(
            one ->
                assertThat(one).startsWith("2:10 logging.level: found \"loud\", allowed is one of"),
            one ->
                assertThat(one).startsWith("3:12 logging.levels.deliver: \"deliver\" is no target"),
            one -> assertThat(one).startsWith("3:38 logging.levels.hissrv.x: found \"verbose\""),
            one -> assertThat(one).startsWith("4:11 logging.format: found \"xml\""),
            one -> assertThat(one).startsWith("5:9 logging.file: found a mapping"),
            one -> assertThat(one).startsWith("6:14 logging.file_size: found \"1KB\""),
            one -> assertThat(one).startsWith("7:9 logging.days: found \"0\""),
            one -> assertThat(one).startsWith("8:3 logging.rotate: unknown key"));
  }
}
