package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every YAML block of the product page loads, or is refused naming the section that can't be had.
 */
class ProductPageTest {
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Path TOGETHER = Path.of("src/test/resources/product-page.yml");

  @TempDir Path folder;

  @Test
  void everyBlockLoadsOrIsRefusedByItsSection() throws IOException {
    var config = new ConfigFixture(folder);
    List<List<String>> answers =
        blocks().stream().map(config::problems).map(ProductPageTest::messages).toList();

    assertThat(answers)
        .containsExactly(
            List.of(),
            List.of(unknown("version"), unknown("services")),
            List.of(unknown("apiVersion"), unknown("kind"), unknown("metadata"), unknown("spec")),
            List.of(
                "the environment variable INFLUXDB_TOKEN is not set; set it or write ${INFLUXDB_TOKEN:-default}"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
  }

  @Test
  void theBlocksPutTogetherLoad() throws IOException {
    var config = new ConfigFixture(folder);
    String together = Files.readString(TOGETHER);
    var built = new StringBuilder();
    for (String block : blocks()) {
      if (!block.startsWith("version:") && !block.startsWith("apiVersion:")) {
        built.append(block);
      }
    }
    assertThat(together).isEqualTo(built.toString());

    List<String> problems =
        config.problems(
            together.getBytes(StandardCharsets.UTF_8), Map.of("INFLUXDB_TOKEN", "secret"));

    assertThat(problems).isEmpty();
  }

  @Test
  void whatIsBuiltOfItIsReadAsItStandsThere() throws IOException {
    Config page =
        new ConfigFixture(folder)
            .load(Files.readString(TOGETHER), Map.of("INFLUXDB_TOKEN", "secret"));

    assertThat(page.store().type()).isEqualTo(StoreType.INFLUXDB);
    assertThat(page.influxdb()).isPresent();

    assertThat(page.service().name()).isEqualTo("hissrv");
    assertThat(page.service().pollingInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(page.redis()).isEqualTo(RedisConfig.defaults());
    assertThat(page.aggregation()).isEqualTo(AggregationConfig.defaults());
    assertThat(page.api()).isEqualTo(ApiConfig.defaults());
    assertThat(page.performance()).isEqualTo(PerformanceConfig.defaults());
    assertThat(page.warnings()).isEmpty();
    assertThat(page.mappings())
        .extracting(MappingConfig::measurement)
        .containsExactly("telemetry", "model_data");
    assertThat(page.aggregations())
        .extracting(NamedAggregation::name)
        .containsExactly("1m_avg", "5m_max");
    assertThat(page.filters())
        .singleElement()
        .extracting(FilterConfig::conditions)
        .isEqualTo(List.of(new FilterConfig.Condition("quality", "eq", List.of("good"))));
  }

  private static String unknown(String key) {
    String near = key.equals("services") ? "; did you mean \"service\"?" : ".";
    return "unknown key \""
        + key
        + "\""
        + near
        + " Allowed here: service, site, redis, aggregation, mappings, aggregations, sources, filters, store, influxdb,"
        + " performance, logging, api, lease, backup, alerts";
  }

  private static List<String> messages(List<String> problems) {
    return problems.stream().map(p -> p.substring(p.indexOf(": ") + 2)).toList();
  }

  private static List<String> blocks() throws IOException {
    var blocks = new ArrayList<String>();
    var matcher = BLOCK.matcher(Files.readString(Path.of("docs/product-page.zh.md")));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }
}
