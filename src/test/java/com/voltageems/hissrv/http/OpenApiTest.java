package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.outbox.Intake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

class OpenApiTest {
  private static final String DOCUMENT =
      "{\"timestamp\": 1769680000, \"measurement\": \"m\", \"fields\": {\"v\": 1}}";

  private static final Map<String, String> QUERIES =
      Map.ofEntries(
          Map.entry("GET /query", "?measurement=telemetry"),
          Map.entry("GET /export", "?measurement=telemetry"),
          Map.entry("GET /latest", "?measurement=telemetry"),
          Map.entry("GET /explain", "?measurement=telemetry&field=voltage_avg&time=now-1m"),
          Map.entry("GET /hisApi/data/query", "?redis_key=comsrv:1001:m&point_id=1"),
          Map.entry("GET /hisApi/data/latest", "?redis_key=comsrv:1001:m&point_id=1"),
          Map.entry("GET /hisApi/data/statistics", "?redis_key=comsrv:1001:m&point_id=1"),
          Map.entry("GET /live", "?once=true"),
          Map.entry("GET /backup", "?interval=1m&day=2026-01-29"),
          Map.entry("POST /quarantine/replay", "?all=true"),
          Map.entry("DELETE /quarantine", "?all=true&confirm=true"),
          Map.entry("POST /config/rollback", "?revision=1"));

  private static final String RULE =
      "{\"source_pattern\": \"x:(.*)\", \"measurement\": \"m\", \"field_mappings\": {\"*\": \"direct\"}}";

  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("PUT /quarantine/{id}", "{\"content\": " + DOCUMENT + "}"),
          Map.entry("POST /import", "m v=1 1769680000000000000"),
          Map.entry(
              "POST /corrections",
              "{\"measurement\": \"telemetry\", \"tags\": {\"channel\": \"1001\"}, \"reason\": \"r\","
                  + " \"rows\": [{\"time\": \"2026-01-29T10:29:00Z\", \"fields\": {\"voltage_avg\": 2}}]}"),
          Map.entry(
              "POST /deletions",
              "{\"measurement\": \"telemetry\", \"start\": \"2026-01-29T00:00:00Z\","
                  + " \"stop\": \"2026-01-29T01:00:00Z\", \"reason\": \"r\"}"),
          Map.entry("PATCH /config", "{\"performance\": {\"batch_size\": 7}}"),
          Map.entry("POST /validate", "service: {name: x}"),
          Map.entry("POST /config/validate", "service: {name: x}"),
          Map.entry("POST /mappings", RULE),
          Map.entry("PUT /mappings/{n}", RULE));

  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void theDocumentNamesExactlyTheRoutesThatAre() {
    var answer = api.get("/openapi.yaml");
    assertThat(answer.header("content-type")).startsWith("application/yaml");
    JsonNode document = parse(answer.body());
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");

    assertThat(operations(document)).containsExactlyInAnyOrderElementsOf(registered());
  }

  @Test
  void everyRouteIsThere() {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    for (JsonNode route : api.get("/").json().path("routes")) {
      String method = route.path("method").asText();
      String path = route.path("path").asText();
      var intake = new Intake();
      intake.quarantine("e", DOCUMENT, "set aside by hand");
      api.outbox.append(intake);
      String address =
          path.replace("{id}", Long.toString(api.outbox.quarantine().last()))
              .replace("{n}", "0")
              .replace("{folder}/{file}", "lang/en.js")
              .replace("{file}", "main.js");
      assertThat(
              api.sendBody(
                      method,
                      address + QUERIES.getOrDefault(method + " " + path, ""),
                      BODIES.getOrDefault(method + " " + path, ""))
                  .status())
          .as(method + " " + path)
          .isEqualTo(200);
    }
  }

  @Test
  void everyGuardedOperationNamesItsRefusals() {
    var missing = new ArrayList<String>();
    JsonNode document = parse(api.get("/openapi.yaml").body());
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (operation.getKey().equals("parameters")) {
          continue;
        }
        var needed = new ArrayList<String>();
        if (!operation.getValue().path("security").isEmpty()) {
          needed.addAll(List.of("401", "403", "429"));
        }
        if (!operation.getKey().equals("get")) {
          needed.addAll(List.of("413", "415"));
        }
        if (path.getKey().contains("{")) {
          needed.add("400");
        }
        for (String status : needed) {
          if (!operation.getValue().path("responses").has(status)) {
            missing.add(operation.getKey() + " " + path.getKey() + ": " + status);
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    String text = api.get("/openapi.yaml").body();
    JsonNode document = parse(text);

    var references =
        text.lines()
            .filter(line -> line.contains("$ref"))
            .map(line -> line.replaceAll(".*\\$ref: \"#/([^\"]*)\".*", "$1"))
            .toList();

    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(document.at("/" + reference).isMissingNode()).as(reference).isFalse();
    }
  }

  private List<String> registered() {
    var registered = new ArrayList<String>();
    for (JsonNode route : api.get("/").json().path("routes")) {
      registered.add(
          "%s %s (%s): %s"
              .formatted(
                  route.path("method").asText(),
                  route.path("path").asText(),
                  route.path("role").asText(),
                  route.path("summary").asText()));
    }
    return registered;
  }

  private static List<String> operations(JsonNode document) {
    var operations = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (operation.getKey().equals("parameters")) {
          continue;
        }
        operations.add(
            "%s %s (%s): %s"
                .formatted(
                    operation.getKey().toUpperCase(Locale.ROOT),
                    path.getKey(),
                    operation.getValue().at("/security/0/token/0").asText("anyone"),
                    operation.getValue().path("summary").asText()));
      }
    }
    return operations;
  }

  private static JsonNode parse(String yaml) {
    Object document = new Yaml().load(yaml);
    return new JsonMapper().valueToTree(document);
  }
}
