package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import redis.clients.jedis.RedisClient;

/** The equations of docs/operations.md, at every scrape of a real run and across a restart. */
class MetricsIT {
  private static final int ENTRIES = 3_000;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void theEquationsBalanceAtEveryScrapeAndAcrossARestart() throws Exception {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url())) {
      Config config = TestConfig.of(server.url(), folder.resolve("data"));
      try (var service = HisSrv.live(config, InstantSource.system())) {
        service.start();
        push(neighbour);
        Await.until(
            "all is delivered",
            Duration.ofSeconds(60),
            () -> {
              Map<String, Double> now = scrape(service.port());
              assertBalance(now);
              return value(now, "hissrv_points_collected_total") == ENTRIES
                  && value(now, "hissrv_points_pending") == 0;
            });
        Map<String, Double> end = scrape(service.port());
        assertThat(end)
            .containsEntry("hissrv_points_delivered_total", ENTRIES * 0.9)
            .containsEntry("hissrv_points_quarantined_total", ENTRIES * 0.1)
            .containsEntry("hissrv_entries_collected_total", (double) ENTRIES)
            .containsEntry("hissrv_entries_quarantined_total", ENTRIES * 0.1)
            .containsEntry("hissrv_component_up{component=\"redis\"}", 1.0)
            .containsEntry("hissrv_component_up{component=\"store\"}", 1.0)
            .containsKeys(
                "hissrv_queue_entries",
                "hissrv_lag_seconds",
                "hissrv_outbox_bytes",
                "hissrv_sources",
                "hissrv_jvm_memory_bytes{area=\"heap\"}");

        assertThat(named("hissrv_[a-z_]+", "hissrv_also_"))
            .as("names that the alert rules know and /metrics does not")
            .isSubsetOf(withoutLabels(end));

        int id = 1;
        send(service.port(), "PUT", "/quarantine/" + id, document("mended", "1"));
        send(service.port(), "POST", "/quarantine/1/replay", "");
        send(service.port(), "DELETE", "/quarantine/2", "");
        assertBalance(scrape(service.port()));
      }
      try (var again = HisSrv.live(config, InstantSource.system())) {
        again.start();
        Map<String, Double> now = scrape(again.port());
        assertBalance(now);
        assertThat(value(now, "hissrv_points_collected_total"))
            .as("counted ever")
            .isEqualTo(ENTRIES + 1);
        assertThat(now.getOrDefault("hissrv_entries_collected_total", 0.0))
            .as("counted since the start")
            .isZero();
        assertThat(now)
            .containsEntry("hissrv_quarantine_replayed_total", 1.0)
            .containsEntry("hissrv_quarantine_discarded_total", 1.0);
      }
    }
  }

  private static void push(RedisClient neighbour) {
    for (int n = 0; n < ENTRIES; n++) {
      String value = n % 10 == 0 ? "{\"no\":\"number\"}" : Integer.toString(n);
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":%s}}"
              .formatted(1_769_680_000 + n, value));
    }
  }

  private static String document(String measurement, String value) {
    return "{\"content\":{\"timestamp\":1769680000,\"measurement\":\"%s\",\"fields\":{\"v\":%s}}}"
        .formatted(measurement, value);
  }

  private static void assertBalance(Map<String, Double> now) {
    assertThat(value(now, "hissrv_points_collected_total"))
        .as("collected = delivered + quarantined + pending + deleted")
        .isEqualTo(
            value(now, "hissrv_points_delivered_total")
                + value(now, "hissrv_points_quarantined_total")
                + value(now, "hissrv_points_pending")
                + value(now, "hissrv_points_deleted_total"));
    assertThat(value(now, "hissrv_points_quarantined_total"))
        .as("quarantined = waiting + replayed + discarded")
        .isEqualTo(
            value(now, "hissrv_quarantine_waiting")
                + value(now, "hissrv_quarantine_replayed_total")
                + value(now, "hissrv_quarantine_discarded_total"));
  }

  /** What the rules for Prometheus ask for, but for the second store's. */
  private static Set<String> named(String pattern, String except) throws IOException {
    String text = Files.readString(Path.of("deploy/prometheus/hissrv.rules.yml"));
    Object document = new Yaml().load(text);
    JsonNode groups = new JsonMapper().valueToTree(document).path("groups");
    var names = new TreeSet<String>();
    for (JsonNode group : groups) {
      for (JsonNode rule : group.path("rules")) {
        assertThat(rule.fieldNames())
            .toIterable()
            .contains("alert", "expr", "labels", "annotations");
        Pattern.compile(pattern)
            .matcher(rule.path("expr").asText())
            .results()
            .map(MatchResult::group)
            .filter(name -> !name.startsWith(except))
            .forEach(names::add);
      }
    }
    assertThat(names).hasSizeGreaterThan(10);
    assertThat(names.remove("hissrv_samples_total")).as("is there once one was taken").isTrue();
    return names;
  }

  private static Set<String> withoutLabels(Map<String, Double> values) {
    return values.keySet().stream()
        .map(name -> name.replaceFirst("\\{.*", ""))
        .collect(Collectors.toSet());
  }

  private static double value(Map<String, Double> now, String name) {
    assertThat(now).containsKey(name);
    return now.getOrDefault(name, Double.NaN);
  }

  private Map<String, Double> scrape(int port) {
    var answer = send(port, "GET", "/metrics", "");
    assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
    var values = new TreeMap<String, Double>();
    answer
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
    assertThat(answer.body().lines().filter(line -> line.startsWith("# TYPE")).toList())
        .doesNotHaveDuplicates();
    return values;
  }

  private HttpResponse<String> send(int port, String method, String path, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(method, BodyPublishers.ofString(body))
              .build();
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(List.of(answer.statusCode(), answer.body()).toString()).startsWith("[200");
      return answer;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
