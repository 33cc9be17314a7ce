package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig.Tag;
import com.voltageems.hissrv.model.FieldType;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingOptionsTest {
  @TempDir Path folder;

  private List<MappingConfig> rules(String yaml) {
    return new ConfigFixture(folder).load(yaml).mappings();
  }

  private List<String> problems(String yaml) {
    return new ConfigFixture(folder).problems(yaml);
  }

  private static MappingConfig.Field field(MappingConfig rule, String point) {
    return Objects.requireNonNull(rule.fields().get(point));
  }

  private static String field(String options) {
    return """
    mappings:
      - source_pattern: "k"
        measurement: m
        field_mappings:
          "1": {name: a, %s}
    """
        .formatted(options);
  }

  @Test
  void everyOptionIsRead() {
    MappingConfig rule =
        rules(
                """
                mappings:
                  - source_pattern: "comsrv:(\\\\d+):m"
                    measurement: telemetry
                    continue: true
                    max_series: 500
                    tags:
                      - {name: site, value: north}
                      - {name: channel, source: capture, index: 1}
                    field_mappings:
                      "1": {name: t, unit: °C, type: float, scale: 0.1, offset: -273.15}
                      "2": {name: on, type: bool}
                """)
            .getFirst();
    assertThat(rule.tags()).containsExactly(Tag.fixed("site", "north"), new Tag("channel", 1));
    assertThat(rule.then()).isEqualTo(new MappingConfig.Then(true, 500));
    assertThat(field(rule, "1").scaling()).isEqualTo(new Scaling(0.1, -273.15));
    assertThat(field(rule, "1").type()).isEqualTo(FieldType.FLOAT);
    assertThat(field(rule, "2").type()).isEqualTo(FieldType.BOOL);
    assertThat(field(rule, "2").scaling()).isEqualTo(Scaling.NONE);
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    MappingConfig rule = rules(field("unit: V")).getFirst();
    assertThat(rule.then()).isEqualTo(new MappingConfig.Then(false, null));
    assertThat(field(rule, "1").type()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: integer                                | allowed is one of float, int, bool, string
          scale: 0                                     | a scale of 0 leaves nothing of a value
          scale: .nan                                  | allowed is a number such as
          offset: 1e999                                | allowed is a number such as
          'type: bool, scale: 2'                       | scale is for numbers, and type is bool
          'type: string, offset: 2'                    | offset is for numbers, and type is string
          'type: bool, counter: {}'                    | counter is for numbers, and type is bool
          'scale: -1, statistics: [median]'            | median looks at the values' order
          'scale: -1, statistics: ["percentile(95)"]'  | percentile(95) looks at the values' order
          """)
  void whatCannotBeIsRefusedWhereItStands(String options, String expected) {
    assertThat(problems(field(options)))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem).startsWith("5:").contains(expected, "field_mappings.1"));
  }

  @Test
  void aNamedAggregationCannotAskForTheOrderOfValuesTurnedRound() {
    String aggregation =
        "aggregations:\n  - {name: p, interval: 1m, function: median, sources: [m]}\n";
    assertThat(problems(field("scale: -1") + aggregation))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("aggregations[0].function", "\"a\""));
    assertThat(problems(field("scale: 2") + aggregation)).isEmpty();
  }

  @Test
  void aTagHasAValueOrASource() {
    assertThat(
            problems(
                """
                mappings:
                  - source_pattern: "(k)"
                    measurement: m
                    tags:
                      - {name: a, value: x, index: 1}
                      - {name: b}
                      - {name: interval, value: x}
                    field_mappings: {"*": direct}
                """))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("5:36 mappings[0].tags[0].index"),
            one -> assertThat(one).startsWith("6:9 ").contains("\"source\" is missing"),
            one -> assertThat(one).startsWith("6:9 ").contains("\"index\" is missing"),
            one -> assertThat(one).startsWith("7:9 ").contains("reserved"));
  }

  @Test
  void rulesOfOneMeasurementDoNotContradictEachOther() {
    assertThat(
            problems(
                """
                mappings:
                  - source_pattern: "k"
                    measurement: m
                    max_series: 10
                    field_mappings: {"1": {name: a, type: int}}
                  - source_pattern: "l"
                    measurement: m
                    max_series: 20
                    field_mappings: {"1": {name: a, type: bool}}
                """))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("6:5 ").contains("20 here and 10 in mappings[0]"),
            one -> assertThat(one).startsWith("6:5 ").contains("bool here and int in mappings[0]"));
  }
}
