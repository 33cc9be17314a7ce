package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Requests made from the API's own description: no fault of ours, no answer it doesn't name. */
class SchemaFuzzTest {
  private static final long SEED = 20261128;
  private static final int REQUESTS = 40;

  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "99999999999999999999",
          "1e309",
          "NaN",
          "true",
          "null",
          "telemetry",
          "1h",
          "1m",
          "raw",
          "now",
          "now-1d",
          "2026-01-29T10:00:00Z",
          "2026-13-45T99:00:00Z",
          "../../etc/passwd",
          "..%2f..%2fetc",
          "' OR '1'='1",
          "\"; DROP TABLE points; --",
          "\u0000",
          "\r\nX-Evil: 1",
          "${jndi:ldap://x}",
          "*",
          "(a+)+$",
          "[",
          "%",
          "_",
          "😀",
          "<script>",
          "a".repeat(3_000),
          "[\"x\"]",
          "{\"a\":1}");

  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "[]",
          "null",
          "\"x\"",
          "{\"content\":{}}",
          "{\"point\":1}",
          "{\"api\":null}",
          "api: {port: x}",
          "\u0000",
          "[".repeat(5_000),
          "{\"performance\":{\"batch_size\":-1}}",
          "{\"measurement\":\"telemetry\",\"start\":\"now-1d\",\"stop\":\"now\",\"reason\":\"r\"}",
          "{\"measurement\":\"telemetry\",\"tags\":{\"channel\":\"1001\"},\"reason\":\"r\",\"rows\":["
              + "{\"time\":1769682540,\"fields\":{\"voltage_avg\":1e400}}]}",
          "{\"measurement\":\"telemetry\",\"tags\":{\"channel\":\"1001\"},\"reason\":\"r\",\"rows\":["
              + "{\"time\":1769682540,\"fields\":{\"voltage_avg\":null}}]}",
          "{\"measurement\":\"telemetry\",\"tags\":{\"\":\"\"},\"start\":0,\"stop\":[],\"reason\":\"\"}",
          "&a [*a]",
          "x: !!java.net.URL [http://x]");

  @TempDir Path folder;

  @Test
  void noRequestMakesItFailOrAnswerWhatIsNotWritten() {
    var random = new Random(SEED);
    var wrong = new ArrayList<String>();
    try (var api = new ApiFixture(folder)) {
      api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);
      Object yaml = new Yaml().load(api.get("/openapi.yaml").body());
      JsonNode document = new JsonMapper().valueToTree(yaml);
      for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
        for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
          if (operation.getKey().equals("parameters") || path.getKey().equals("/live")) {
            continue; // It never ends.
          }
          for (int i = 0; i < REQUESTS; i++) {
            String method = operation.getKey().toUpperCase(Locale.ROOT);
            String address = address(path, operation.getValue(), document, random);
            String body = method.equals("GET") ? "" : any(BODIES, random);
            var answer = api.sendBody(method, address, body);
            JsonNode known = operation.getValue().path("responses").path("" + answer.status());
            String reference = known.path("$ref").asText("");
            JsonNode response = reference.isEmpty() ? known : document.at(reference.substring(1));
            String type = answer.header("content-type").replaceAll(";.*", "");
            if (response.isMissingNode()
                || answer.status() == 500
                || !response.path("content").has(type)) {
              wrong.add("%s %s %s: %d %s".formatted(method, address, body, answer.status(), type));
            }
          }
        }
      }
    }
    assertThat(wrong.stream().map(one -> one.length() > 300 ? one.substring(0, 300) : one))
        .as("seed " + SEED)
        .isEmpty();
  }

  private static String address(
      Map.Entry<String, JsonNode> path, JsonNode operation, JsonNode document, Random random) {
    String at = path.getKey().replaceAll("\\{[a-z]+}", random.nextBoolean() ? "0" : "x%27y");
    var query = new StringBuilder();
    for (JsonNode listed : operation.path("parameters")) {
      JsonNode parameter =
          listed.has("$ref") ? document.at(listed.path("$ref").asText().substring(1)) : listed;
      if (parameter.path("in").asText().equals("query") && random.nextInt(3) > 0) {
        query
            .append(query.isEmpty() ? "?" : "&")
            .append(parameter.path("name").asText())
            .append('=')
            .append(URLEncoder.encode(any(VALUES, random), StandardCharsets.UTF_8));
      }
    }
    return at + query;
  }

  private static String any(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
