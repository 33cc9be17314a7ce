package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MappingTest {
  private static MappingConfig rule(String pattern, String measurement, MappingConfig.Tag... tags) {
    return new MappingConfig(Pattern.compile(pattern), measurement, List.of(tags), Map.of(), true);
  }

  private static Mapping mapping(String... patterns) {
    return new Mapping(Arrays.stream(patterns).map(pattern -> rule(pattern, "m")).toList());
  }

  @Test
  void aRuleMustMatchTheWholeKey() {
    var mapping = mapping("comsrv:(\\d+):m");
    assertThat(mapping.of("comsrv:1001:m")).isPresent();
    assertThat(mapping.of("comsrv:1001:m:ts")).isEmpty();
    assertThat(mapping.of("xcomsrv:1001:m")).isEmpty();
  }

  @Test
  void theFirstRuleThatMatchesDecides() {
    var mapping = new Mapping(List.of(rule("comsrv:1:m", "first"), rule("comsrv:.*", "second")));
    assertThat(mapping.of("comsrv:1:m").orElseThrow().series().measurement()).isEqualTo("first");
    assertThat(mapping.of("comsrv:2:m").orElseThrow().series().measurement()).isEqualTo("second");
  }

  @Test
  void capturesBecomeTagsAndAnEmptyOneNone() {
    var mapping =
        new Mapping(
            List.of(
                rule(
                    "a:(\\d+)(:x)?",
                    "m",
                    new MappingConfig.Tag("n", 1),
                    new MappingConfig.Tag("x", 2))));
    assertThat(mapping.of("a:7").orElseThrow().series().tags()).isEqualTo(Map.of("n", "7"));
    assertThat(mapping.of("a:7:x").orElseThrow().series().tags())
        .isEqualTo(Map.of("n", "7", "x", ":x"));
  }

  @Test
  void keysAreScannedForByWhatAGlobCanSayOfTheRules() {
    assertThat(mapping("comsrv:(\\d+):m", "modsrv:([^:]+):measurement").scanGlobs())
        .containsExactly("comsrv:*:m", "modsrv:*:measurement");
    assertThat(mapping("comsrv:1:m", "comsrv:.*").scanGlobs()).containsExactly("comsrv:*");
    assertThat(mapping("^a\\.b\\d$").scanGlobs()).containsExactly("a.b*");
    assertThat(mapping("ab?c").scanGlobs()).containsExactly("a*c");
    assertThat(mapping("abc{2}x+?y").scanGlobs()).containsExactly("ab*y");
    assertThat(mapping("a((?:b[)(]\\))+:)?c").scanGlobs()).containsExactly("a*c");
    assertThat(mapping("my key \\*\\[").scanGlobs()).containsExactly("my?key?\\*\\[");
    assertThat(mapping("a\\*.*").scanGlobs()).containsExactly("a\\**");
    assertThat(mapping("a|b").scanGlobs()).containsExactly("*");
    assertThat(mapping("(?i)abc").scanGlobs()).containsExactly("*");
    assertThat(mapping("ab(?i)c").scanGlobs()).containsExactly("ab*");
    assertThat(mapping("ab\\Qc.*\\E").scanGlobs()).containsExactly("ab*");
    assertThat(mapping("a[b[cd]]e").scanGlobs()).containsExactly("a*");
    assertThat(mapping("a[]b]e").scanGlobs()).containsExactly("a*");
    assertThat(mapping("(?:comsrv):x").scanGlobs()).containsExactly("*:x");
    assertThat(mapping().scanGlobs()).isEmpty();
  }
}
