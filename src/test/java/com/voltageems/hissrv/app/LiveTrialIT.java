package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code POST /config/validate?live=true} of a running service. */
class LiveTrialIT {
  @TempDir Path folder;

  @Test
  void anotherConfigurationIsTriedOnTheLiveKeysOfTheRunningService()
      throws IOException, InterruptedException {
    var server = PrivateRedis.start(folder);
    try (var neighbour = RedisClient.create(server.url())) {
      neighbour.hset("comsrv:7:m", "1", "5");
      neighbour.hset("meter:a", "kwh", "5");
      Path file =
          Files.writeString(
              folder.resolve("hissrv.yml"),
              """
              redis: {url: "%s"}
              store: {path: "%s"}
              api: {host: "127.0.0.1", port: 0}
              """
                  .formatted(server.url(), folder.resolve("data")));
      String tried =
          """
          mappings:
            - source_pattern: "meter:(.*)"
              measurement: meter
              field_mappings: {"*": direct}
          """;
      var source = new ConfigSource(file, Map.of(), Functions.builtIn());
      var live = new LiveConfig(source, InstantSource.system());
      try (var service = HisSrv.live(live, InstantSource.system())) {
        service.start();
        JsonNode answer = validate(service, tried);
        assertThat(answer.path("valid").asBoolean()).isTrue();
        assertThat(answer.at("/live/rules/0/keys").asInt()).isEqualTo(1);
        assertThat(answer.at("/live/rules/0/examples/0").asText()).isEqualTo("meter:a");
        assertThat(live.revision().number()).isEqualTo(1);
        server.close();
        assertThat(validate(service, tried).path("type").asText()).endsWith("redis-unavailable");
      }
    } finally {
      server.close();
    }
  }

  private static JsonNode validate(HisSrv service, String yaml)
      throws IOException, InterruptedException {
    var uri = URI.create("http://localhost:" + service.port() + "/config/validate?live=true");
    var request =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(yaml)).build();
    try (var client = HttpClient.newHttpClient()) {
      return new JsonMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
    }
  }
}
