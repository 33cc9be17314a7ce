package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Intake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineRoutesTest {
  private static final String BAD =
      "{\"timestamp\":\"yesterday\",\"measurement\":\"tariff\",\"fields\":{\"price\":0.31}}";
  private static final String GOOD = BAD.replace("\"yesterday\"", "1769680000");
  private static final Point POINT =
      Point.of(
          SeriesKey.of("telemetry", Map.of("channel", "1")),
          ApiFixture.NOW,
          Map.of(
              "a", FieldValue.of(1.0),
              "n", FieldValue.of(60L),
              "on", FieldValue.of(true),
              "text", FieldValue.of("60")));

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

  private void setAside(String entry, String content, String reason) {
    var intake = new Intake();
    intake.quarantine(entry, content, reason);
    api.outbox.append(intake);
  }

  private void refusePoint() {
    var intake = new Intake();
    intake.deliver("e", POINT);
    api.outbox.append(intake);
    List<Delivery> batch = api.outbox.oldest(10);
    api.outbox.acknowledge(batch, Map.of(batch.getFirst(), "field type conflict"));
  }

  @Test
  void aListHasTotalsAndPages() {
    setAside(BAD, BAD, "unreadable timestamp");
    refusePoint();
    setAside("{", "{", "malformed");
    JsonNode first = api.get("/quarantine?limit=2").json();
    assertThat(first.path("waiting").asLong()).isEqualTo(3);
    assertThat(first.path("set_aside").asLong()).isEqualTo(3);
    assertThat(first.at("/items/0/kind").asText()).isEqualTo("entry");
    assertThat(first.at("/items/1/kind").asText()).isEqualTo("point");
    assertThat(first.at("/items/1/measurement").asText()).isEqualTo("telemetry");
    assertThat(first.path("after").asLong()).isEqualTo(2);
    JsonNode second = api.get("/quarantine?limit=2&after=2").json();
    assertThat(second.path("items")).hasSize(1);
    assertThat(second.path("after").isNull()).isTrue();
    assertThat(api.get("/quarantine?reason=TIMESTAMP").json().path("items")).hasSize(1);
    assertThat(api.get("/quarantine?measurement=tariff").json().path("items")).hasSize(1);
  }

  @Test
  void aPointIsShownSoThatItComesBackAsItWas() {
    refusePoint();
    JsonNode item = api.get("/quarantine/1").json();
    var answer = api.sendBody("PUT", "/quarantine/1", item.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(api.outbox.quarantine().get(1).orElseThrow().point()).isEqualTo(POINT);
    assertThat(api.sendBody("PUT", "/quarantine/1", item.toString()).problem())
        .isEqualTo("changed-meanwhile");
  }

  @Test
  void mendedAndReplayedItIsOnItsWay() {
    setAside(BAD, BAD, "unreadable timestamp");
    var refused = api.send("POST", "/quarantine/1/replay");
    assertThat(refused.problem()).isEqualTo("refused-again");
    assertThat(refused.body()).contains("unreadable timestamp 'yesterday'");
    assertThat(api.sendBody("PUT", "/quarantine/1", "{\"content\":" + GOOD + "}").status())
        .isEqualTo(200);
    assertThat(api.send("POST", "/quarantine/1/replay").json().path("points").asInt()).isEqualTo(1);
    assertThat(api.outbox.oldest(10))
        .singleElement()
        .satisfies(
            one -> assertThat(one.point().fields()).containsEntry("price", FieldValue.of(0.31)));
    assertThat(api.get("/quarantine/1").problem()).isEqualTo("not-in-quarantine");
    assertThat(api.send("POST", "/quarantine/1/replay").status()).isEqualTo(404);
  }

  @Test
  void anArchiveGoesThroughTheMappingsOfToday() {
    setAside("archive:1m:1769680020:1001", "{\"1\":\"230.5\"}", "no mapping rule matched then");
    setAside("archive:1m:1769680020:x:y:z", "{\"source\":\"x:y:z\",\"1\":\"1\"}", "none");
    JsonNode answer = api.send("POST", "/quarantine/replay?all=true").json();
    assertThat(answer.path("replayed").asInt()).isEqualTo(1);
    assertThat(answer.path("refused").asInt()).isEqualTo(1);
    assertThat(answer.at("/refusals/0/reason").asText()).contains("'x:y:z'");
    assertThat(answer.path("after").isNull()).isTrue();
    assertThat(api.outbox.oldest(10))
        .singleElement()
        .satisfies(
            one -> assertThat(one.point().fields()).containsEntry("voltage", FieldValue.of(230.5)));
  }

  @Test
  void manyAreTakenCallByCallAndNoneOfThemTwice() {
    var intake = new Intake();
    for (int n = 0; n < 12_000; n++) {
      intake.quarantine("e" + n, n % 100 == 0 ? BAD : GOOD, n % 2 == 0 ? "even" : "odd");
    }
    api.outbox.append(intake);
    long replayed = 0;
    long refused = 0;
    int calls = 0;
    for (String more = ""; !more.equals("end"); calls++) {
      JsonNode answer = api.send("POST", "/quarantine/replay?reason=even" + more).json();
      replayed += answer.path("replayed").asLong();
      refused += answer.path("refused").asLong();
      more =
          answer.path("after").isNull()
              ? "end"
              : "&after=" + answer.path("after") + "&until=" + answer.path("until");
    }
    assertThat(calls).isGreaterThan(1);
    assertThat(replayed).isEqualTo(5_880);
    assertThat(refused).isEqualTo(120);
    assertThat(api.outbox.size()).isEqualTo(5_880);
    assertThat(api.outbox.quarantine().totals().waiting()).isEqualTo(6_120);
  }

  @Test
  void nothingIsDiscardedWithoutSayingSo() {
    setAside("a", BAD, "one");
    setAside("b", BAD, "two");
    assertThat(api.send("DELETE", "/quarantine?all=true").problem()).isEqualTo("not-confirmed");
    assertThat(api.send("DELETE", "/quarantine?confirm=true").problem())
        .isEqualTo("missing-parameter");
    assertThat(api.outbox.quarantine().totals().waiting()).isEqualTo(2);
    assertThat(api.send("DELETE", "/quarantine?reason=two&confirm=true").json().path("discarded"))
        .hasToString("1");
    assertThat(api.send("DELETE", "/quarantine/1").status()).isEqualTo(200);
    assertThat(api.outbox.quarantine().totals().discarded()).isEqualTo(2);
  }

  @Test
  void anExportIsAnObjectPerLineOldestFirst() throws IOException {
    setAside("a\nb", BAD, "one");
    refusePoint();
    var answer = api.get("/quarantine/export");
    assertThat(answer.header("content-type")).startsWith("application/x-ndjson");
    List<String> lines = answer.body().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(new JsonMapper().readTree(lines.getFirst()).path("content").asText()).isEqualTo(BAD);
    assertThat(new JsonMapper().readTree(lines.get(1)).at("/point/fields/n/type").asText())
        .isEqualTo("integer");
    assertThat(api.get("/quarantine/export?reason=nothing").body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/quarantine/1",
    "POST,/quarantine/1/replay",
    "POST,/quarantine/replay?all=true",
    "DELETE,/quarantine/1",
    "DELETE,/quarantine?all=true&confirm=true"
  })
  void onlyTheMachineItselfMayChangeAnything(String method, String path) {
    setAside(BAD, BAD, "one");
    var answer = api.send(method, path, "X-Forwarded-For", "192.0.2.1");
    assertThat(answer.problem()).isEqualTo("loopback-only");
    assertThat(api.outbox.quarantine().get(1).orElseThrow().revision()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/quarantine?limit=0",
        "/quarantine?limit=1001",
        "/quarantine?after=-1",
        "/quarantine?after=x",
        "/quarantine?after=99999999999999999999",
        "/quarantine?reason=",
        "/quarantine?reason=a&reason=b",
        "/quarantine?reson=a",
        "/quarantine/export?limit=1",
        "/quarantine/replay",
        "/quarantine/x"
      })
  void aBadParameterIsNamed(String path) {
    var answer = api.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("bad-parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "[]",
        "{}",
        "{\"points\":{}}",
        "{\"content\":\"a\",\"revision\":\"x\"}",
        "{\"content\":\"a\",\"content\":\"b\"}"
      })
  void aBodyThatIsNoRepairIsRefused(String body) {
    setAside(BAD, BAD, "one");
    assertThat(api.sendBody("PUT", "/quarantine/1", body).problem()).isEqualTo("bad-body");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"point\":{\"timestamp\":1,\"measurement\":\"\",\"fields\":{\"a\":1}}}",
        "{\"point\":{\"timestamp\":1,\"measurement\":\"m\",\"fields\":{}}}",
        "{\"point\":{\"timestamp\":1,\"measurement\":\"m\",\"fields\":{\"a\":[]}}}",
        "{\"point\":{\"timestamp\":1,\"measurement\":\"m\",\"fields\":{\"a\":"
            + "{\"type\":\"integer\",\"value\":1.5}}}}",
        "{\"point\":7}"
      })
  void aPointThatIsNoneIsRefused(String body) {
    setAside(BAD, BAD, "one");
    var answer = api.sendBody("PUT", "/quarantine/1", body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("bad-point");
    assertThat(api.outbox.quarantine().get(1).orElseThrow().revision()).isZero();
  }

  @Test
  void aRepairMayBeLargeButNotTooLarge() {
    setAside(BAD, BAD, "one");
    String large = "{\"content\":\"" + "x".repeat(1 << 20) + "\"}";
    assertThat(api.sendBody("PUT", "/quarantine/1", large).status()).isEqualTo(200);
    String tooLarge = "{\"content\":\"" + "x".repeat(2 << 20) + "\"}";
    assertThat(api.sendBody("PUT", "/quarantine/1", tooLarge).status()).isEqualTo(413);
  }

  @Test
  void aMethodThatIsNotForThePathIsToldWhichAre() {
    var answer = api.send("POST", "/quarantine/7");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("DELETE, GET, HEAD, PUT");
  }
}
