package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every YAML block of the product page loads, or is refused naming the section that can't be had.
 */
class ProductPageTest {
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final String NOT_BUILT =
      "section '%s' is not built yet in this version; remove it or comment it out";

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
            List.of(NOT_BUILT.formatted("influxdb")),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(NOT_BUILT.formatted("alerts")));
  }

  private static String unknown(String key) {
    String near = key.equals("services") ? "; did you mean \"service\"?" : ".";
    return "unknown key \""
        + key
        + "\""
        + near
        + " Allowed here: service, site, redis, aggregation, mappings, aggregations, sources, filters, store,"
        + " performance, logging, api";
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
