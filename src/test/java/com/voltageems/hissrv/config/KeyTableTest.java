package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Reference.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each key of the configuration: that its default is what {@code reference.yml} says, that the
 * value there changes what is read, and that what is needed can't be left out.
 */
class KeyTableTest {
  /** Needed keys have no default to differ from: other values that may stand there. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("mappings[].source_pattern", "'modsrv:(a)(b)'"),
          Map.entry("mappings[].tags[].name", "other"),
          Map.entry("mappings[].field_mappings", "{'9': other}"),
          Map.entry("mappings[].field_mappings.2.name", "other"),
          Map.entry("mappings[].statistics[].function", "median"),
          Map.entry("aggregations[].name", "other"),
          Map.entry("aggregations[].interval", "15m"),
          Map.entry("aggregations[].function", "max"),
          Map.entry("redis.url", "rediss+sentinel://other.local/mymaster"),
          Map.entry("redis.tls.cert", "src"),
          Map.entry("redis.tls.key", "src"),
          Map.entry("api.tls.cert", "src"),
          Map.entry("api.tls.key", "src"),
          Map.entry("api.tokens[].name", "other"),
          Map.entry("api.tokens[].role", "admin"),
          Map.entry("api.tokens[].hash", "sha256:" + "0".repeat(64)),
          Map.entry("alerts[].name", "other"),
          Map.entry("alerts[].condition", "queue_size > 1"),
          Map.entry("alerts[].url", "https://other.example"),
          Map.entry("influxdb.url", "'http://other'"),
          Map.entry("influxdb.org", "other"),
          Map.entry("influxdb.username", "other"),
          Map.entry("store.also.url", "'http://other'"),
          Map.entry("store.also.org", "other"),
          Map.entry("store.also.username", "other"),
          Map.entry("filters[].source", "'modsrv:*'"),
          Map.entry("filters[].conditions", "[{field: other, operator: exists}]"),
          Map.entry("filters[].conditions[].field", "other"),
          Map.entry("filters[].conditions[].operator", "ne"),
          Map.entry("filters[].conditions[].value", "other"));

  /** Only one value may stand there, or it must agree with another key's. */
  private static final Set<String> FIXED =
      Set.of(
          "alerts[].action",
          "performance.compression",
          "influxdb.compression",
          "mappings[].tags[].index",
          "mappings[].tags[].value",
          "redis.username",
          "redis.password",
          "redis.sentinel_username",
          "redis.sentinel_password",
          "aggregation.intervals[].name",
          "aggregation.intervals[].interval",
          "aggregation.intervals[].script",
          "mappings[].measurement",
          "mappings[].tags[].source",
          "aggregations[].sources",
          "store.type",
          "lease.enabled");

  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void prepare() {
    config = new ConfigFixture(folder);
  }

  static Stream<Place> keys() {
    var seen = new TreeSet<String>();
    return Reference.places().stream().filter(Place::known).filter(place -> seen.add(place.path()));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void theDefaultIsWhatHoldsWithoutTheKey(Place key) {
    String standard = key.standard();
    if (standard.equals("needed")) {
      assertThat(config.problems(key.without())).as(key.path()).isNotEmpty();
    } else if (!standard.isEmpty() && !standard.equals("none")) {
      assertThat(read(alone(key.with(standard))))
          .as(key.path())
          .isEqualTo(read(alone(key.without())));
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void theValueIsRead(Place key) {
    String path = key.path();
    if (FIXED.contains(path)) {
      return;
    }
    String other = OTHERS.containsKey(path) ? key.with(OTHERS.get(path)) : key.without();
    assertThat(read(other)).as(path).isNotEqualTo(read(Reference.TEXT));
  }

  @Test
  void everyRowIsOfAKeyThatThereIs() {
    assertThat(keys().map(Place::path).collect(Collectors.toSet()))
        .containsAll(OTHERS.keySet())
        .containsAll(FIXED);
  }

  /** Without what needs other keys to be as they are. */
  private static String alone(String yaml) {
    String without =
        yaml.replaceAll("(?m)^  (batch_size: 50 |compression: none  # \\[none).*\n", "");
    return without.contains("rediss+sentinel:")
        ? without
        : without.replaceFirst("(?m)^  username: hissrv .*\n(.*\n){7}    verify: .*\n", "");
  }

  /** As text: patterns and functions are equal only to themselves. */
  private String read(String yaml) {
    return config.load(yaml).toString().replaceAll("body=[^,\\]]*", "");
  }
}
