package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void open() {
    config = new ConfigFixture(folder);
  }

  private List<Problem> problems(String yaml, Map<String, String> environment) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> config.load(yaml, environment));
    return refused == null ? List.of() : refused.problems();
  }

  @Test
  void aVariableWinsOverTheFileAndOverTheDefault() {
    Config loaded =
        config.load(
            "service: {batch_size: 7, name: plant}\napi:\n",
            Map.of(
                "HISSRV_SERVICE_BATCH_SIZE", "50",
                "HISSRV_API_PORT", "9000",
                "HISSRV_REDIS_URL", "redis://there:6380",
                "HISSRV_SITE_TIME_ZONE", "Europe/Berlin"));
    assertThat(loaded.service())
        .isEqualTo(
            new ServiceConfig(
                "plant", Duration.ofSeconds(10), OptionalInt.of(50), Duration.ofSeconds(8)));
    assertThat(loaded.api().port()).isEqualTo(9000);
    assertThat(loaded.redis().url()).isEqualTo("redis://there:6380");
    assertThat(loaded.site().timeZone().getId()).isEqualTo("Europe/Berlin");
  }

  @Test
  void itsTextIsTakenAsItStands() {
    Config loaded = config.load("api: {}\n", Map.of("HISSRV_SERVICE_NAME", "a: ${b} # [c"));
    assertThat(loaded.service().name()).isEqualTo("a: ${b} # [c");
  }

  @Test
  void variablesThatMeanSomethingElseAreLeftAlone() {
    var others =
        Map.of(
            "HISSRV_LOG", "debug",
            "HISSRV_CONFIG", "elsewhere.yml",
            "HISSRV_TEST_ANYTHING", "1",
            "HISSRV_JAVA_OPTS", "-Xmx1g",
            "HISSRV_REDIS_HOST", "of-cron",
            "HISSRV_SERVICE_HOST", "10.0.0.1",
            "HISSRV_SERVICE_PORT_HTTP", "8082",
            "HISSRV_PORT", "tcp://10.0.0.1:8082",
            "HISSRV_PORT_8082_TCP_ADDR", "10.0.0.1");
    assertThat(config.load("api: {}\n", others)).isEqualTo(config.load("api: {}\n"));
  }

  @Test
  void whatIsWrongWithAVariableNamesItAndNeverShowsItsValue() {
    List<Problem> problems =
        problems(
            "service: {batch_size: 1}\n",
            Map.of(
                "HISSRV_SERVICE_BATCHSIZE", "canary",
                "HISSRV_API_PORT", "canary",
                "HISSRV_SERVCE_NAME", "canary",
                "HISSRV_INFLUXDB_TOKEN", "canary"));
    assertThat(problems)
        .extracting(Problem::file)
        .containsOnly(
            "$HISSRV_SERVICE_BATCHSIZE",
            "$HISSRV_API_PORT",
            "$HISSRV_SERVCE_NAME",
            "$HISSRV_INFLUXDB_TOKEN");
    assertThat(problems.toString())
        .contains("did you mean \"batch_size\"?", "names no setting")
        .doesNotContain("canary");
  }

  @Test
  void aSecretIsReadFromAFileBesideTheConfiguration() throws IOException {
    Files.writeString(folder.resolve("secret"), "pass\n");
    Config loaded = config.load("redis: {url: 'redis://:${file:secret}@there:6380'}\n");
    assertThat(loaded.redis().url()).isEqualTo("redis://:pass@there:6380");
    Path elsewhere = Files.writeString(folder.resolve("other"), "two\nlines\n");
    assertThat(config.load("service: {name: '${file:" + elsewhere + "}'}\n").service().name())
        .isEqualTo("two\nlines");
  }

  @Test
  void aSecretThatCanNotBeReadIsAProblemOfItsLine() throws IOException {
    Files.write(folder.resolve("latin1"), new byte[] {(byte) 0xE9});
    Files.write(folder.resolve("large"), new byte[100_000]);
    assertThat(
            config.problems(
                """
                service: {name: "${file:none}"}
                site: {time_zone: "${file:latin1}"}
                api: {host: "${file:large}"}
                redis: {url: "${file:}"}
                """))
        .hasSize(4)
        .satisfiesExactly(
            one -> assertThat(one).startsWith("1:").contains("there is no file none"),
            one -> assertThat(one).startsWith("2:").contains("latin1 is not UTF-8"),
            one -> assertThat(one).startsWith("3:").contains("large is too large"),
            one -> assertThat(one).startsWith("4:").contains("${file:PATH}"));
  }
}
