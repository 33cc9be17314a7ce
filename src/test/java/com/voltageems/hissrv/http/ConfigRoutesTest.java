package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigRoutesTest {
  private static final String RULE =
      """
      {"source_pattern": "modsrv:([^:]+):measurement", "measurement": "%s",
       "field_mappings": {"*": "direct"}}
      """;

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
  void everySettingSaysWhereItComesFromAndNoSecretIsShown() {
    var answer = api.get("/config");
    assertThat(answer.body()).doesNotContain("canary");
    var settings = answer.json().path("settings");
    assertThat(settings.path("redis.url").path("value").asText())
        .isEqualTo("redis://***@localhost:6379");
    assertThat(settings.path("redis.url").path("from").asText()).endsWith("hissrv.yml:1");
    assertThat(answer.json().path("written").path("mappings").path(0).path("measurement").asText())
        .isEqualTo("telemetry");
  }

  @Test
  void aPatchIsTakenAndAnotherOneCanBeTriedFirst() {
    String patch = "{\"performance\": {\"batch_size\": 50}}";
    var dry = api.sendBody("PATCH", "/config?dry_run=true", patch);
    assertThat(dry.json().at("/changes/performance.batch_size/after").asText()).isEqualTo("50");
    assertThat(dry.json().path("revision").asInt()).isEqualTo(1);
    assertThat(api.live.current().performance().batchSize()).isEqualTo(1_000);
    assertThat(api.sendBody("PATCH", "/config", patch).json().path("revision").asInt())
        .isEqualTo(2);
    assertThat(api.live.current().performance().batchSize()).isEqualTo(50);
    assertThat(api.get("/config").json().at("/settings/performance.batch_size/from").asText())
        .isEqualTo("run time");
  }

  @Test
  void whatIsWrongComesBackWholeAndNothingIsChanged() {
    var answer =
        api.sendBody(
            "PATCH", "/config", "{\"performance\": {\"batch_size\": \"x\", \"max_retry\": 1}}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("bad-configuration");
    assertThat(answer.json().path("problems")).hasSize(2);
    assertThat(answer.json().at("/problems/0/path").asText()).startsWith("performance.");
    assertThat(api.live.revision().number()).isEqualTo(1);
    assertThat(api.sendBody("PATCH", "/config", "[1]").problem()).isEqualTo("bad-body");
    assertThat(api.sendBody("PATCH", "/config", "{\"a\": 1, \"a\": 2}").problem())
        .isEqualTo("bad-body");
    assertThat(api.sendBody("PATCH", "/config?dryrun=true", "{}").problem())
        .isEqualTo("bad-parameter");
  }

  @Test
  void theFileIsReadAgainAndWhatIsWrongThereHasItsLine() throws IOException {
    Files.writeString(
        api.configFile, Files.readString(api.configFile) + "performance: {batch_size: 20}\n");
    assertThat(api.send("POST", "/reload").json().path("revision").asInt()).isEqualTo(2);
    Files.writeString(api.configFile, Files.readString(api.configFile) + "filter: []\n");
    var answer = api.send("POST", "/config/reload");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/problems/0/line").asInt()).isEqualTo(8);
    assertThat(answer.json().at("/problems/0/message").asText()).contains("\"filters\"");
    assertThat(api.live.current().performance().batchSize()).isEqualTo(20);
  }

  @Test
  void anotherConfigurationIsJudgedWithoutBeingTaken() {
    var bad = api.sendBody("POST", "/config/validate", "service: {polling_interval: often}");
    assertThat(bad.status()).isEqualTo(200);
    assertThat(bad.json().path("valid").asBoolean()).isFalse();
    assertThat(bad.json().at("/problems/0/column").asInt()).isEqualTo(29);
    var good = api.sendBody("POST", "/validate", "api: {port: 99}");
    assertThat(good.json().path("valid").asBoolean()).isTrue();
    assertThat(good.json().path("need_restart").toString()).contains("api.port");
    assertThat(good.body()).doesNotContain("canary");
    assertThat(api.live.revision().number()).isEqualTo(1);
  }

  @Test
  void itGoesBackToTheRevisionBefore() {
    api.sendBody("PATCH", "/config", "{\"performance\": {\"batch_size\": 50}}");
    assertThat(api.send("POST", "/config/rollback").status()).isEqualTo(200);
    assertThat(api.live.current().performance().batchSize()).isEqualTo(1_000);
    var history = api.get("/config/history").json();
    assertThat(history.path("revisions")).hasSize(3);
    assertThat(history.at("/revisions/0/cause").asText()).isEqualTo("rollback to 1");
    assertThat(api.send("POST", "/config/rollback?revision=77").status()).isEqualTo(422);
  }

  @Test
  void rulesAreAddedReplacedAndRemovedByTheirPlace() {
    assertThat(api.sendBody("POST", "/mappings", RULE.formatted("a")).status()).isEqualTo(200);
    assertThat(api.get("/mappings").json().path("mappings")).hasSize(2);
    assertThat(api.live.current().mappings().get(1).measurement()).isEqualTo("a");
    api.sendBody("PUT", "/mappings/1", RULE.formatted("b"));
    assertThat(api.get("/mappings/1").json().at("/mapping/measurement").asText()).isEqualTo("b");
    assertThat(api.send("DELETE", "/mappings/0").status()).isEqualTo(200);
    assertThat(api.live.current().mappings()).hasSize(1);
    assertThat(api.get("/mappings/1").problem()).isEqualTo("unknown-mapping");
    assertThat(api.send("DELETE", "/mappings/x").problem()).isEqualTo("unknown-mapping");
    assertThat(api.sendBody("POST", "/mappings", "{}").problem()).isEqualTo("bad-configuration");
    assertThat(api.live.current().mappings()).hasSize(1);
  }

  @Test
  void whoLookedAtAnotherRevisionChangesNothing() {
    String seen = api.get("/mappings").header("ETag");
    api.sendBody("PATCH", "/config", "{\"performance\": {\"batch_size\": 50}}");
    var late = api.send("DELETE", "/mappings/0", "If-Match", seen);
    assertThat(late.status()).isEqualTo(412);
    assertThat(api.live.current().mappings()).hasSize(1);
    String now = api.get("/mappings").header("ETag");
    assertThat(api.send("DELETE", "/mappings/0", "If-Match", now).status()).isEqualTo(200);
  }

  @Test
  void onlyTheMachineItselfChangesAnything() {
    String[] proxied = {"X-Forwarded-For", "10.0.0.1"};
    for (String change :
        new String[] {
          "PATCH /config",
          "POST /config/reload",
          "POST /reload",
          "POST /config/validate",
          "POST /validate",
          "POST /config/rollback",
          "POST /mappings",
          "PUT /mappings/0",
          "DELETE /mappings/0"
        }) {
      String[] parts = change.split(" ", 2);
      assertThat(api.send(parts[0], parts[1], proxied).problem())
          .as(change)
          .isEqualTo("loopback-only");
    }
    assertThat(api.live.revision().number()).isEqualTo(1);
  }
}
