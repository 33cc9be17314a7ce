package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfluxConfigTest {
  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void open() {
    config = new ConfigFixture(folder);
  }

  @Test
  void theProductPagesBlockLoadsUnchanged() {
    Config loaded =
        config.load(
            """
            influxdb:
              url: "http://localhost:8086"
              org: "voltage"
              bucket: "ems"
              token: "${INFLUXDB_TOKEN}"
            """,
            Map.of("INFLUXDB_TOKEN", "canary=="));

    assertThat(loaded.influxdb())
        .contains(
            new InfluxConfig(
                URI.create("http://localhost:8086"),
                InfluxVersion.AUTO,
                new InfluxConfig.Access("voltage", "ems", "canary==", "", "", "", ""),
                true,
                Duration.ofSeconds(10),
                Optional.empty(),
                4));
    assertThat(loaded.toString()).contains("bucket=ems", "token=***").doesNotContain("canary");
  }

  @Test
  void everySettingIsRead() throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.pem"), "");
    InfluxConfig influx =
        config
            .load(
                """
                influxdb:
                  url: https://there:1/base/
                  version: 1
                  database: ems
                  retention_policy: month
                  username: me
                  password: canary
                  compression: none
                  timeout: 3s
                  ca_file: %s
                  concurrency: 2
                """
                    .formatted(ca))
            .influxdb()
            .orElseThrow();

    assertThat(influx)
        .isEqualTo(
            new InfluxConfig(
                URI.create("https://there:1/base"),
                InfluxVersion.V1,
                new InfluxConfig.Access("", "", "", "ems", "month", "me", "canary"),
                false,
                Duration.ofSeconds(3),
                Optional.of(ca),
                2));
    assertThat(influx.toString()).doesNotContain("canary");
    assertThat(influx.access().bucketOrDatabase()).isEqualTo("ems/month");
    assertThat(influx.access().databaseOrBucket()).isEqualTo("ems");
  }

  @Test
  void theUrlMayBeAListOfAddresses() {
    assertThat(
            config
                .load("influxdb: {url: ['http://a:1', 'https://b/p/'], database: ems}\n")
                .influxdb()
                .orElseThrow()
                .urls())
        .containsExactly(URI.create("http://a:1"), URI.create("https://b/p"));
    assertThat(config.problems("influxdb: {url: [], database: ems}\n"))
        .singleElement()
        .asString()
        .contains("1:17 influxdb.url: the list is empty");
    assertThat(
            config.problems("influxdb: {url: ['http://a', 'http://a/', me:canary], database: d}\n"))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).doesNotContain("canary"))
        .anySatisfy(
            problem -> assertThat(problem).contains("influxdb.url[1]: is in the list twice"))
        .anySatisfy(problem -> assertThat(problem).contains("influxdb.url[2]: the URL does not"));
  }

  @Test
  void anAbsentOrEmptySectionIsNone() {
    assertThat(config.load("api: {}\n").influxdb()).isEmpty();
    assertThat(config.load("influxdb:\n  # url: here\n").influxdb()).isEmpty();
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(
            config.problems(
                """
                influxdb:
                  url: redis://here
                  tokn: canary
                  version: 4
                  compression: zip
                  timeout: 1h
                  ca_file: "a\\0b"
                  concurrency: 0
                """))
        .containsExactlyInAnyOrder(
            "3:3 influxdb.tokn: unknown key \"tokn\"; did you mean \"token\"? Allowed here: url, org,"
                + " bucket, token, version, database, retention_policy, username, password,"
                + " compression, timeout, ca_file, concurrency, buckets",
            "2:8 influxdb.url: the URL does not start with http:// or https://, allowed is"
                + " http://host[:port] or https://host[:port]",
            "4:12 influxdb.version: found \"4\", allowed is auto, 1, 2 or 3",
            "2:3 influxdb: \"bucket\" is missing (or \"database\", for InfluxDB 1.x)",
            "5:16 influxdb.compression: found \"zip\", allowed is gzip or none; did you mean \"gzip\"?",
            "6:12 influxdb.timeout: found \"1h\", allowed is a duration such as 500ms, 10s, 5m, 2h or"
                + " 1d, from 100ms to 10m",
            "7:12 influxdb.ca_file: found \"a\0b\", allowed is a file with certificates in PEM",
            "8:16 influxdb.concurrency: found \"0\", allowed is a whole number from 1 to 64");
  }

  @Test
  void settingsThatDoNotFitTogetherAreRefused() {
    assertThat(config.problems("influxdb: {url: 'http://h', version: 1, bucket: b, token: t}\n"))
        .singleElement()
        .asString()
        .contains("influxdb.token: version 1 knows no token");
    assertThat(config.problems("influxdb: {url: 'http://h', version: 2, bucket: b}\n"))
        .containsExactly("1:11 influxdb: \"org\" is missing, which version 2 needs");
    assertThat(config.problems("influxdb: {url: 'http://h', bucket: b, password: p}\n"))
        .singleElement()
        .asString()
        .contains("influxdb.password: needs a \"username\"");
    assertThat(config.problems("influxdb: {bucket: b}\n"))
        .containsExactly("1:11 influxdb: \"url\" is missing");
  }

  @Test
  void noMessageShowsASecret() {
    byte[] yaml =
        """
        influxdb:
          url: http://me:canary@h
          bucket: b
          token: "canary\\ncanary"
        """
            .getBytes(StandardCharsets.UTF_8);
    assertThat(config.problems(yaml, Map.of()))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).doesNotContain("canary"));
  }
}
