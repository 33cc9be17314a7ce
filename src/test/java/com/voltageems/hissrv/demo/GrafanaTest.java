package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What is in deploy/grafana, as far as its files alone tell. */
class GrafanaTest {
  private static final Path PROVISIONING = GrafanaBoard.FOLDER.resolve("provisioning");
  private static final Pattern HOST = Pattern.compile("https?://|//[a-z0-9-]+\\.[a-z]");

  /** Grafana's own. */
  private static final Set<String> BUILT_IN =
      Set.of("timeFilter", "__rate_interval", "__interval", "tag_channel", "tag_model");

  @ParameterizedTest
  @ValueSource(strings = {"service", "telemetry"})
  void everyPanelHasItsOwnIdTitleAndPlace(String name) {
    var board = new GrafanaBoard(name);
    List<JsonNode> panels = board.panels();

    assertThat(panels).hasSizeGreaterThan(8);
    assertThat(panels.stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    assertThat(panels).allMatch(panel -> !panel.path("title").asText().isBlank());
    for (int i = 0; i < panels.size(); i++) {
      JsonNode one = panels.get(i);
      for (JsonNode other : panels.subList(i + 1, panels.size())) {
        assertThat(overlap(one.path("gridPos"), other.path("gridPos")))
            .as("%s on %s", one.path("title"), other.path("title"))
            .isFalse();
      }
      assertThat(one.path("gridPos").path("x").asInt() + one.path("gridPos").path("w").asInt())
          .isLessThanOrEqualTo(24);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "telemetry"})
  void everyVariableThatIsUsedIsDefinedAndTheOtherWayRound(String name) {
    var board = new GrafanaBoard(name);
    Set<String> defined =
        board.variables().stream()
            .map(variable -> variable.path("name").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> used = GrafanaBoard.used(board.json().path("panels").toString());
    board
        .variables()
        .forEach(variable -> used.addAll(GrafanaBoard.used(variable.path("query").toString())));
    used.removeAll(BUILT_IN);

    assertThat(used).isEqualTo(defined);
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "telemetry"})
  void asksNobodyElse(String name) {
    var board = new GrafanaBoard(name);

    assertThat(HOST.matcher(board.text()).find()).isFalse();
    assertThat(board.json().findValues("datasource"))
        .isNotEmpty()
        .allMatch(source -> source.path("uid").asText().equals("${datasource}"));
  }

  @Test
  void theDashboardsBeginWithTheSourcesThatAreProvisioned() throws IOException {
    Map<String, ?> sources =
        new Yaml().load(Files.readString(PROVISIONING.resolve("datasources/hissrv.yaml")));
    Map<String, ?> providers =
        new Yaml().load(Files.readString(PROVISIONING.resolve("dashboards/hissrv.yaml")));

    assertThat(sources.toString())
        .contains("uid=hissrv-influxdb, type=influxdb", "uid=hissrv-prometheus, type=prometheus")
        .contains("url=$HISSRV_INFLUXDB_URL", "url=$HISSRV_PROMETHEUS_URL");
    assertThat(providers.toString()).contains("path=/var/lib/grafana/dashboards/hissrv");
    for (String name : List.of("service", "telemetry")) {
      JsonNode source = new GrafanaBoard(name).variables().getFirst();
      assertThat(source.path("current").path("value").asText())
          .isEqualTo("hissrv-" + source.path("query").asText());
    }
  }

  private static boolean overlap(JsonNode one, JsonNode other) {
    return meet(one, other, "x", "w") && meet(one, other, "y", "h");
  }

  private static boolean meet(JsonNode one, JsonNode other, String from, String length) {
    int a = one.path(from).asInt();
    int b = other.path(from).asInt();
    return a < b + other.path(length).asInt() && b < a + one.path(length).asInt();
  }
}
