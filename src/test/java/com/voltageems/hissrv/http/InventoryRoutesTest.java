package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.config.MappingConfig.Tag;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.transform.Admission;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Origin;
import com.voltageems.hissrv.transform.Transformed;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryRoutesTest {
  private static final Mapping MAPPING =
      new Mapping(
          List.of(
              rule(
                  "comsrv:(\\d+):m",
                  "telemetry",
                  "channel",
                  Map.of(
                      "1", new Field("voltage", "V"),
                      "2", new Field("power", "kW"),
                      "3", new Field("power_factor", null))),
              rule(
                  "modsrv:(\\w+):measurement",
                  "model",
                  "model",
                  Map.of("p", new Field("p", "kW")))));

  @TempDir Path folder;
  private ApiFixture api;

  /** An empty one; {@link InfluxRoutesIT} has another. */
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, store(folder));
    archive("archive:1m:1769680800:1001", "comsrv:1001:m", "1", "2");
    archive("archive:5m:1769680800:1001", "comsrv:1001:m", "1", "2");
    archive("archive:1m:1769680800:1002", "comsrv:1002:m", "3");
    archive("archive:1m:1769680800:modsrv:plant:measurement", "modsrv:plant:measurement", "p");
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void seriesAreListedOnceWithLevelsFieldsAndSources() {
    var answer = api.get("/series?measurement=telemetry");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"series":[\
            {"measurement":"telemetry","tags":{"channel":"1001"},"intervals":["1m","5m"],\
            "aggregations":[],"fields":["power_avg","power_count","power_max","power_min",\
            "voltage_avg","voltage_count","voltage_max","voltage_min"],"sources":["comsrv:1001:m"]},\
            {"measurement":"telemetry","tags":{"channel":"1002"},"intervals":["1m"],\
            "aggregations":[],"fields":["power_factor_avg","power_factor_count",\
            "power_factor_max","power_factor_min"],"sources":["comsrv:1002:m"]}],"after":null}\
            """);
  }

  @Test
  void theSearchLooksAtMeasurementTagsFieldsAndSources() {
    assertThat(found("/series")).containsExactly("model plant", "telemetry 1001", "telemetry 1002");
    assertThat(found("/series?q=1001")).containsExactly("telemetry 1001");
    assertThat(found("/series?q=POWER+tele")).containsExactly("telemetry 1001", "telemetry 1002");
    assertThat(found("/series?q=power_factor")).containsExactly("telemetry 1002");
    assertThat(found("/series?q=modsrv")).containsExactly("model plant");
    assertThat(found("/series?q=nothing")).isEmpty();
    assertThat(found("/series?channel=1002")).containsExactly("telemetry 1002");
    assertThat(found("/series?measurement=telemetry&channel=9")).isEmpty();
  }

  @Test
  void tagsThatLookAlikeWrittenOutAreOfOtherSources() {
    known(Map.of("a", "x,b=y"), "comsrv:1:m");
    known(Map.of("a", "x", "b", "y"), "comsrv:2:m");

    JsonNode series = api.get("/series?measurement=alike").json().path("series");

    assertThat(series)
        .extracting(one -> one.path("tags") + " " + one.path("sources"))
        .containsExactlyInAnyOrder(
            "{\"a\":\"x,b=y\"} [\"comsrv:1:m\"]", "{\"a\":\"x\",\"b\":\"y\"} [\"comsrv:2:m\"]");
  }

  private void known(Map<String, String> tags, String source) {
    Point point = api.point("alike", tags, 1, 1.0);
    api.store("alike", tags, 1, 1.0);
    api.catalog.record(
        List.of(
            new Transformed.Mapped(
                List.of(point),
                Map.of(point.series(), List.of(new Origin("voltage", source, "1", null))),
                List.of(),
                List.of())));
  }

  @Test
  void pagesFollowOneAnotherWithoutGap() {
    var seen = new ArrayList<String>();
    String after = "";
    do {
      JsonNode page = api.get("/series?limit=1" + after).json();
      assertThat(page.path("series")).hasSize(1);
      page.path("series").forEach(one -> seen.add(name(one)));
      after = page.path("after").isNull() ? "" : "&after=" + page.path("after").asText();
    } while (!after.isEmpty());

    assertThat(seen).containsExactly("model plant", "telemetry 1001", "telemetry 1002");
  }

  @Test
  void fieldsHaveTypeUnitStatisticAndPoint() {
    JsonNode fields = api.get("/fields?measurement=telemetry&q=voltage").json().path("fields");

    assertThat(fields).hasSize(4);
    assertThat(fields.get(0))
        .hasToString(
            """
            {"measurement":"telemetry","name":"voltage_avg","field":"voltage","statistic":"avg",\
            "type":"float","unit":"V","points":["1"],"series":1}\
            """);
    assertThat(fields.get(1).path("type").asText()).isEqualTo("int");
    assertThat(fields.get(1).path("unit").isNull()).isTrue();
    assertThat(api.get("/fields?measurement=telemetry&channel=1002").json().path("fields"))
        .extracting(field -> field.path("field").asText())
        .containsOnly("power_factor");
    assertThat(api.get("/fields").json().path("fields")).hasSize(16);
  }

  @Test
  void whatIsNotThereIsNamedWithTheNearest() {
    assertThat(api.get("/series?measurement=telemetri").json().at("/nearest/0").asText())
        .isEqualTo("telemetry");
    assertThat(api.get("/series?measurement=telemetry&chanel=1").problem())
        .isEqualTo("unknown-tag");
    assertThat(api.get("/series?limitt=1").problem()).isEqualTo("unknown-parameter");
    assertThat(api.get("/series?limit=0").problem()).isEqualTo("bad-parameter");
    assertThat(api.get("/series?after=%21").problem()).isEqualTo("bad-parameter");
    assertThat(api.get("/series?q=a&q=b").problem()).isEqualTo("duplicated-parameter");
    assertThat(api.get("/fields?measurement=x").problem()).isEqualTo("unknown-measurement");
  }

  private List<String> found(String address) {
    var names = new ArrayList<String>();
    api.get(address).json().path("series").forEach(one -> names.add(name(one)));
    return names;
  }

  private static String name(JsonNode series) {
    return series.path("measurement").asText()
        + " "
        + series.path("tags").elements().next().asText();
  }

  /** As the collector brings one to the store. */
  private void archive(String key, String source, String... points) {
    var archive = new HashMap<String, String>();
    archive.put("source", source);
    archive.put("timestamp", "1769680800");
    archive.put("stats", "avg min max count sum");
    for (String point : points) {
      archive.put(point, "1 1 1 60 60");
    }
    var mapped = (Transformed.Mapped) new ArchiveTransform(MAPPING).transform(key, archive);
    mapped.points().forEach(new Admission(api.catalog, MAPPING)::admit);
    api.catalog.record(List.of(mapped));
    api.store.write(mapped.points());
  }

  private static MappingConfig rule(
      String pattern, String measurement, String tag, Map<String, Field> fields) {
    return new MappingConfig(
        Pattern.compile(pattern), measurement, List.of(new Tag(tag, 1)), fields, false);
  }
}
