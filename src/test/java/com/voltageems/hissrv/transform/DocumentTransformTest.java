package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTransformTest {
  private final DocumentTransform transform = new DocumentTransform();

  private Transformed.Mapped mapped(String document) {
    Transformed result = transform.transform(document);
    assertThat(result).isInstanceOf(Transformed.Mapped.class);
    return (Transformed.Mapped) result;
  }

  private String refusal(String document) {
    Transformed result = transform.transform(document);
    assertThat(result).as(document).isInstanceOf(Transformed.Refused.class);
    return ((Transformed.Refused) result).reason();
  }

  private static String at(String timestamp) {
    return "{\"timestamp\":" + timestamp + ",\"measurement\":\"m\",\"fields\":{\"v\":1}}";
  }

  private static String with(String fields) {
    return "{\"timestamp\":1700000000,\"measurement\":\"m\",\"fields\":" + fields + "}";
  }

  @Test
  void everyPartOfADocumentIsKept() {
    var point =
        mapped(
                "{\"timestamp\":1700000000,\"measurement\":\"metrics\","
                    + "\"tags\":{\"channel\":7,\"interval\":\"1m\",\"empty\":\"\",\"none\":null},"
                    + "\"fields\":{\"a\":10,\"b\":10.5,\"c\":true,\"d\":\"text\"}}")
            .point();
    assertThat(point.time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(point.series().measurement()).isEqualTo("metrics");
    assertThat(point.series().tags()).isEqualTo(Map.of("channel", "7", "interval", "1m"));
    assertThat(point.fields())
        .isEqualTo(
            Map.of(
                "a", FieldValue.of(10.0),
                "b", FieldValue.of(10.5),
                "c", FieldValue.of(true),
                "d", FieldValue.of("text")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1700000000                     | 2023-11-14T22:13:20Z
          1700000000.25                  | 2023-11-14T22:13:20.250Z
          1700000000123                  | 2023-11-14T22:13:20.123Z
          "1700000000"                   | 2023-11-14T22:13:20Z
          "2023-11-14T22:13:20Z"         | 2023-11-14T22:13:20Z
          "2023-11-15T06:13:20.5+08:00"  | 2023-11-14T22:13:20.500Z
          """)
  void aTimeIsReadInSecondsMillisecondsOrRfc3339(String timestamp, Instant time) {
    assertThat(mapped(at(timestamp)).point().time()).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"yesterday\"",
        "\"\"",
        "null",
        "true",
        "[]",
        "-5",
        "1700000000000000",
        "1e999999999",
        "1e-999999999",
        "\"2023-11-14T22:13:20\"",
        "\"2023-11-14\"",
        "\"9999-01-01T00:00:00Z\""
      })
  void aTimeThatCantBeReadIsNeverNow(String timestamp) {
    assertThat(refusal(at(timestamp))).contains("timestamp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{broken",
        "7",
        "[]",
        "null",
        "{} trailing",
        "{\"a\":1,\"a\":2}",
        "{\"timestamp\":1,\"fields\":{\"v\":1}}",
        "{\"timestamp\":1,\"measurement\":\"\",\"fields\":{\"v\":1}}",
        "{\"timestamp\":1,\"measurement\":5,\"fields\":{\"v\":1}}",
        "{\"timestamp\":1,\"measurement\":\"m\"}",
        "{\"timestamp\":1,\"measurement\":\"m\",\"tags\":[],\"fields\":{\"v\":1}}",
        "{\"timestamp\":1,\"measurement\":\"m\",\"tags\":{\"t\":{}},\"fields\":{\"v\":1}}"
      })
  void whatIsNoDocumentIsRefusedWithAReason(String document) {
    assertThat(refusal(document)).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"v\":null}", "{\"v\":1e400}", "{\"v\":NaN}", "{\"v\":[1]}"})
  void fieldsThatNoStoreTakesAreRefused(String fields) {
    assertThat(refusal(with(fields))).isNotBlank();
  }

  @Test
  void halfACharacterIsRefusedBeforeItIsLost() {
    assertThat(refusal(with("{\"v\":\"\\ud800\"}"))).contains("not Unicode");
    assertThat(refusal(with("{\"\\udc00\":1}"))).contains("not Unicode");
    assertThat(mapped(with("{\"v\":\"\\ud83d\\ude00\"}")).point().fields())
        .isEqualTo(Map.of("v", FieldValue.of("\ud83d\ude00")));
  }

  @Test
  void aNullFieldIsLeftOutAndNamed() {
    var result = mapped(with("{\"v\":1,\"w\":null}"));
    assertThat(result.point().fields()).containsOnlyKeys("v");
    assertThat(result.unusable()).containsExactly("m/w=null");
  }

  @Test
  void aDocumentNestedWithoutEndIsRefused() {
    assertThat(refusal(with("{\"v\":" + "[".repeat(100_000)))).contains("malformed JSON");
  }
}
