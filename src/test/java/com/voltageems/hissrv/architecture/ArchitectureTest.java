package com.voltageems.hissrv.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final Architecture OURS = new Architecture("com.voltageems.hissrv");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(OURS.root());

  /** Classes under src/test that break every rule. */
  private static final Architecture BROKEN =
      new Architecture("com.voltageems.hissrv.architecture.broken");

  private static final JavaClasses BROKEN_CLASSES =
      new ClassFileImporter().importPackages(BROKEN.root());

  @ParameterizedTest
  @MethodSource("rules")
  void ourClassesKeepTheRule(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void whatBreaksTheTableIsFound() {
    assertThat(violations(List.of(BROKEN.onlyPackagesOfTheTable()))).contains("misc.Anything");
    assertThat(violations(BROKEN.rowsOfTheTable()))
        .contains("model.SeesLibrary")
        .contains("observe.SeesConfig")
        .contains("transform.SeesStore")
        .contains("http.SeesStore")
        .doesNotContain("deliver.SeesStore")
        .doesNotContain("cli.SeesAll");
  }

  @Test
  void whatBreaksALibrarysBoundIsFound() {
    assertThat(violations(BROKEN.libraries()))
        .contains("query.SeesDriver")
        .contains("query.SeesRedisClient")
        .contains("query.SeesHttp")
        .contains("query.SeesLibraries")
        .doesNotContain("demo.SeesRedisClient");
  }

  @Test
  void storesThatSeeEachOtherAreFound() {
    assertThat(violations(BROKEN.stores()))
        .contains("store.sqlite.SeesInflux")
        .contains("store.influx.SeesSqlite")
        .contains("store.SeesStores");
  }

  @Test
  void aCycleIsFound() {
    assertThat(violations(List.of(BROKEN.noCycles()))).contains("store.influx").contains("Cycle");
  }

  @Test
  void everyWayToReadTheClockIsFound() {
    String violations = violations(List.of(BROKEN.injectedTime()));
    for (int way = 1; way <= 9; way++) {
      assertThat(violations).contains("aggregate.ReadsClock.way" + way);
    }
    assertThat(violations)
        .contains("cli.SeesAll.readsClock")
        .doesNotContain("fine")
        .doesNotContain("cli.SeesAll.wires");
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
            List.of(OURS.onlyPackagesOfTheTable(), OURS.noCycles(), OURS.injectedTime()),
            OURS.rowsOfTheTable(),
            OURS.libraries(),
            OURS.stores())
        .flatMap(List::stream);
  }

  private static String violations(List<ArchRule> rules) {
    return String.join(
        "\n",
        rules.stream()
            .flatMap(r -> r.evaluate(BROKEN_CLASSES).getFailureReport().getDetails().stream())
            .toList());
  }
}
