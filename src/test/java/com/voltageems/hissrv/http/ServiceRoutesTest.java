package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceRoutesTest {
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
  void healthNamesEveryComponent() {
    var answer = api.get("/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("up");
    assertThat(answer.json().at("/components/" + api.store.name() + "/status").asText())
        .isEqualTo("up");
  }

  @Test
  void healthIs200AndDegradedWhenTheStoreIsDown() throws IOException {
    breakStore();

    var answer = api.get("/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("degraded");
    JsonNode store = answer.json().at("/components/" + api.store.name());
    assertThat(store.path("status").asText()).isEqualTo("down");
    assertThat(store.path("message").asText()).isNotEmpty();
  }

  @Test
  void healthIs200EvenWhenAskingFails() {
    api.operations.failWith(new IllegalStateException("secret detail"));

    var answer = api.get("/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("degraded");
    assertThat(answer.body()).doesNotContain("secret detail");
  }

  @Test
  void statusIsAsOnTheProductPage() {
    JsonNode before = api.get("/status").json();
    assertThat(before.path("last_sync").isNull()).isTrue();

    api.operations.enqueue(api.point("telemetry", Map.of("channel", "1001"), 1, 230.5));
    assertThat(api.get("/status").json().path("queue_size").asLong()).isEqualTo(1);
    api.send("POST", "/sync");

    JsonNode after = api.get("/status").json();
    assertThat(names(after))
        .containsExactly("status", "processed", "failed", "queue_size", "last_sync", "store");
    assertThat(after.path("status").asText()).isEqualTo("running");
    assertThat(after.path("processed").asLong()).as("further facts never hide it").isEqualTo(1);
    assertThat(after.path("failed").asLong()).isZero();
    assertThat(after.path("queue_size").asLong()).isZero();
    assertThat(after.path("last_sync").asText()).isEqualTo("2026-01-29T10:30:00Z");
  }

  @Test
  void syncAnswersWithWhatItMoved() {
    api.operations.enqueue(api.point("telemetry", Map.of("channel", "1001"), 1, 230.5));

    var answer = api.send("POST", "/sync");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"closed\":0,\"collected\":0,\"delivered\":1,\"quarantined\":0,\"queue_size\":0,\"problems\":[]}");
    assertThat(api.get("/query?measurement=telemetry").json().path("rows")).hasSize(1);
  }

  @Test
  void syncSaysWhatStoodInItsWay() throws IOException {
    breakStore();
    api.operations.enqueue(api.point("telemetry", Map.of("channel", "1001"), 1, 230.5));

    var answer = api.send("POST", "/sync");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("problems")).hasSize(1);
    assertThat(answer.json().path("queue_size").asLong()).isEqualTo(1);
  }

  private void breakStore() throws IOException {
    api.store("telemetry", Map.of("channel", "1001"), 2, 1.0);
    Files.move(api.storeFolder, api.storeFolder.resolveSibling("away"));
    Files.writeString(api.storeFolder, "not a folder");
  }

  private static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
