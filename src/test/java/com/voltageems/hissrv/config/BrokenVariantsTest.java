package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.BrokenVariants.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenVariantsTest {
  /** For machines that have much else to do; by itself none takes a second. */
  private static final Duration QUICKLY = Duration.ofSeconds(5);

  @TempDir static Path folder;

  static Stream<Variant> all() {
    return BrokenVariants.all();
  }

  @Test
  void thereAreMoreThanTwoHundredAndNoTwoAreTheSame() {
    List<String> names = all().map(Variant::name).toList();
    assertThat(names).hasSizeGreaterThan(200).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachIsRefusedAtItsLineQuicklyAndWithoutAWordOfASecret(Variant variant) throws IOException {
    Path file = Files.write(folder.resolve("broken.yml"), variant.yaml());

    Throwable thrown =
        assertTimeoutPreemptively(
            QUICKLY,
            () ->
                catchThrowable(() ->
                    ConfigLoader.load(file, BrokenVariants.ENVIRONMENT, Functions.builtIn())));

    assertThat(thrown).as(variant.name()).isInstanceOf(ConfigException.class);
    List<Problem> problems = ((ConfigException) thrown).problems();
    assertThat(problems)
        .as("%s, to be found in line %s", variant.name(), variant.line())
        .anyMatch(problem -> problem.line() == variant.line())
        .allSatisfy(problem -> {
          assertThat(problem.file()).isEqualTo(file.toString());
          assertThat(problem.toString()).doesNotContain("c4n4ry").hasSizeLessThan(2_000);
        });
  }
}
