package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.config.Scaling;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private Catalog catalog;

  @BeforeEach
  void open() {
    catalog = new Catalog(folder.resolve("catalog.db"));
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  private void restart() {
    catalog.record(List.of());
    catalog.close();
    open();
  }

  private static Mapping mapping(int maxSeries, Map<String, Field> fields) {
    return new Mapping(
        List.of(
            new MappingConfig(
                Pattern.compile("k"),
                "m",
                List.of(),
                fields,
                false,
                Statistic.USUAL,
                List.of(),
                new MappingConfig.Then(false, maxSeries))));
  }

  private static Mapping typed(FieldType type) {
    return mapping(
        100, Map.of("1", new Field("v", null, null, null, List.of(), type, Scaling.NONE)));
  }

  private Admission.Admitted admit(Mapping mapping, String n, Map<String, FieldValue> fields) {
    return new Admission(catalog, mapping)
        .admit(Point.of(SeriesKey.of("m", Map.of("n", n)), NOON, fields));
  }

  private Admission.Admitted admit(FieldValue value) {
    return admit(mapping(100, Map.of()), "1", Map.of("v", value));
  }

  private static FieldValue value(String text) {
    return switch (text.charAt(0)) {
      case 'i' -> FieldValue.of(Long.parseLong(text.substring(1).strip()));
      case 'f' -> FieldValue.of(Double.parseDouble(text.substring(1).strip()));
      case 'b' -> FieldValue.of(Boolean.parseBoolean(text.substring(1).strip()));
      default -> FieldValue.of(text.substring(1).strip());
    };
  }

  @ParameterizedTest
  @CsvSource({
    "f1.5, i2, f2",
    "i1, f3.0, i3",
    "i1, f-0.0, i0",
    "b true, b false, b false",
    "s x, s 12, s 12"
  })
  void whatLosesNothingBecomesTheFirstTypeAlsoAfterARestart(
      String first, String next, String stored) {
    assertThat(admit(value(first)).refused()).isNull();
    restart();
    assertThat(fields(admit(value(next)))).containsEntry("v", value(stored));
  }

  @ParameterizedTest
  @CsvSource({
    "f1.5, s12, float",
    "f1.5, b true, float",
    "i1, f1.5, int",
    "i1, s12, int",
    "b true, i1, bool",
    "s x, f12, string",
    "f1, i9007199254740993, float",
    "i1, f1e300, int",
    "i1, f9.223372036854775807e18, int",
    "f1, i9223372036854775807, float"
  })
  void whatWouldLoseIsRefusedInWordsAlsoAfterARestart(String first, String next, String type) {
    assertThat(admit(value(first)).refused()).isNull();
    restart();
    Admission.Admitted admitted = admit(value(next));
    assertThat(admitted.point()).isNull();
    assertThat(Objects.requireNonNull(admitted.refused()).reason())
        .contains("field \"v\" of m is " + type, "the type it was first stored with");
    assertThat(admit(value(first)).refused()).isNull();
  }

  @Test
  void onlyTheFieldThatDoesNotFitIsHeldBack() {
    assertThat(admit(FieldValue.of(1.0)).refused()).isNull();
    Admission.Admitted admitted =
        admit(
            mapping(100, Map.of()),
            "1",
            Map.of("v", FieldValue.of("off"), "w", FieldValue.of(2.0)));
    assertThat(fields(admitted)).isEqualTo(Map.of("w", FieldValue.of(2.0)));
    assertThat(Objects.requireNonNull(admitted.refused()).point().fields())
        .isEqualTo(Map.of("v", FieldValue.of("off")));
  }

  @ParameterizedTest
  @CsvSource({
    "INT, s12, i12",
    "INT, s9007199254740993, i9007199254740993",
    "INT, s12.0, i12",
    "FLOAT, s1.5e3, f1500",
    "BOOL, f1, b true",
    "BOOL, sTRUE, b true",
    "BOOL, i0, b false",
    "STRING, f12, s12",
    "STRING, b true, strue"
  })
  void aConfiguredTypeIsMadeOfTextsToo(FieldType type, String given, String stored) {
    Admission.Admitted admitted = admit(typed(type), "1", Map.of("v", value(given)));
    assertThat(fields(admitted)).containsEntry("v", value(stored));
    assertThat(catalog.types().of("m", "v")).contains(type);
  }

  @ParameterizedTest
  @CsvSource({"INT, s12.5", "INT, s99999999999999999999", "FLOAT, sNaN", "BOOL, f2", "BOOL, sx"})
  void whatIsNotOfTheConfiguredTypeIsRefused(FieldType type, String given) {
    Admission.Admitted admitted = admit(typed(type), "1", Map.of("v", value(given)));
    assertThat(Objects.requireNonNull(admitted.refused()).reason()).contains("as configured");
    assertThat(catalog.types().of("m", "v")).isEmpty();
  }

  @Test
  void aFieldThatWasStoredBeforeKeepsItsTypeWhateverIsConfiguredLater() {
    assertThat(admit(FieldValue.of(0.0)).refused()).isNull();
    Admission.Admitted admitted = admit(typed(FieldType.BOOL), "1", Map.of("v", value("f1")));
    assertThat(fields(admitted)).containsEntry("v", FieldValue.of(1.0));
  }

  @Test
  void theStoreHasTheLastWordAboutATypeAndItSurvivesARestart() {
    assertThat(admit(FieldValue.of(1.0)).refused()).isNull();
    catalog.types().learn("m", "v", FieldType.INT);
    restart();
    assertThat(catalog.types().of("m", "v")).contains(FieldType.INT);
    assertThat(fields(admit(FieldValue.of(2.0)))).containsEntry("v", FieldValue.of(2L));
  }

  @Test
  void aSeriesBeyondTheBoundIsRefusedByNameAndKnownOnesGoOnAlsoAfterARestart() {
    Mapping two = mapping(2, Map.of());
    Map<String, FieldValue> fields = Map.of("v", FieldValue.of(1.0));
    assertThat(admit(two, "1", fields).refused()).isNull();
    assertThat(admit(two, "2", fields).refused()).isNull();
    restart();
    assertThat(catalog.budget().count("m")).isEqualTo(2);
    Admission.Refused refused = admit(two, "3", fields).refused();
    assertThat(Objects.requireNonNull(refused).reason())
        .isEqualTo("measurement m has 2 series, and its max_series is 2; new here: n=3");
    assertThat(catalog.budget().warning()).hasValueSatisfying(w -> assertThat(w).contains("m (2)"));
    assertThat(admit(two, "1", fields).refused()).isNull();
    assertThat(admit(mapping(3, Map.of()), "3", fields).refused()).isNull();
    assertThat(catalog.budget().count("m")).isEqualTo(3);
  }

  @Test
  void aPointOfWhichNothingIsStoredCountsForNoSeriesAndARefusedSeriesDecidesNoType() {
    Admission.Admitted nothing = admit(typed(FieldType.INT), "1", Map.of("v", value("sx")));
    assertThat(nothing.point()).isNull();
    assertThat(catalog.budget().count("m")).isZero();
    Mapping one = mapping(1, Map.of());
    assertThat(admit(one, "1", Map.of("v", value("f1"))).refused()).isNull();
    assertThat(admit(one, "2", Map.of("w", value("sx"))).refused()).isNotNull();
    assertThat(catalog.types().of("m", "w")).isEmpty();
  }

  @Test
  void whatIsKnownCostsNoLookIntoTheFile() {
    assertThat(admit(FieldValue.of(1.0)).refused()).isNull();
    catalog.record(List.of());
    catalog.close();
    assertThat(admit(FieldValue.of(2.0)).refused()).isNull();
    assertThat(admit(FieldValue.of("x")).refused()).isNotNull();
    catalog.record(List.of());
  }

  private static Map<String, FieldValue> fields(Admission.Admitted admitted) {
    return Objects.requireNonNull(admitted.point()).fields();
  }
}
