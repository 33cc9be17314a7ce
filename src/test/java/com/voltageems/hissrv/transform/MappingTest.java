package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

  @Test
  void aNarrowerRuleInFrontGivesASourceStatisticsOfItsOwn() {
    var feeder =
        new MappingConfig(
            Pattern.compile("comsrv:(1001):m"),
            "telemetry",
            List.of(new MappingConfig.Tag("channel", 1)),
            Map.of(),
            true,
            EnumSet.of(Statistic.AVG, Statistic.TWA));
    var mapping =
        new Mapping(
            List.of(
                feeder, rule("comsrv:(\\d+):m", "telemetry", new MappingConfig.Tag("channel", 1))));

    MappedSource own = mapping.of("comsrv:1001:m").orElseThrow();
    MappedSource usual = mapping.of("comsrv:1002:m").orElseThrow();

    assertThat(own.series()).isEqualTo(SeriesKey.of("telemetry", Map.of("channel", "1001")));
    assertThat(usual.series()).isEqualTo(SeriesKey.of("telemetry", Map.of("channel", "1002")));
    assertThat(own.statistics(field("x", null)))
        .containsExactlyInAnyOrder(Statistic.AVG, Statistic.TWA);
    assertThat(usual.statistics(field("x", null))).isEqualTo(Statistic.USUAL);
    assertThat(own.needsExtendedStatistics()).isTrue();
    assertThat(usual.needsExtendedStatistics()).isFalse();
  }

  @Test
  void aSourceKeepsWhatAnyFieldOrAggregationOfItAsksFor() {
    var ofField =
        new Mapping(List.of(rule(Map.of("1", field("a", EnumSet.of(Statistic.INTEGRAL))))));
    assertThat(ofField.of("k").orElseThrow().needsExtendedStatistics()).isTrue();

    List<MappingConfig> usual = List.of(rule(Map.of("1", field("a", EnumSet.of(Statistic.MAX)))));
    assertThat(source(usual, "m", Statistic.SUM).needsExtendedStatistics()).isFalse();
    assertThat(source(usual, "m", Statistic.STDDEV).needsExtendedStatistics()).isTrue();
    assertThat(source(usual, "other", Statistic.STDDEV).needsExtendedStatistics()).isFalse();
  }

  private static MappedSource source(
      List<MappingConfig> rules, String measurement, Statistic statistic) {
    var level = Level.parse("1m").orElseThrow();
    var one = new NamedAggregation("a", level, statistic.label(), statistic, Set.of(measurement));
    return new Mapping(rules, List.of(one)).of("k").orElseThrow();
  }

  private static MappingConfig rule(Map<String, MappingConfig.Field> fields) {
    return new MappingConfig(Pattern.compile("k"), "m", List.of(), fields, false);
  }

  private static MappingConfig.Field field(String name, @Nullable Set<Statistic> statistics) {
    return new MappingConfig.Field(name, null, null, statistics);
  }

  private static MappingConfig rule(
      String pattern, String measurement, boolean next, MappingConfig.Tag... tags) {
    return new MappingConfig(
        Pattern.compile(pattern),
        measurement,
        List.of(tags),
        Map.of("1", new MappingConfig.Field(measurement + "_value", null)),
        false,
        Statistic.USUAL,
        List.of(),
        new MappingConfig.Then(next, null));
  }

  @Test
  void aRuleThatContinuesLetsTheNextThatMatchesAddPointsInTheOrderOfTheFile() {
    var mapping =
        new Mapping(
            List.of(
                rule("k:(.*)", "a", true, MappingConfig.Tag.fixed("site", "north")),
                rule("other", "b", true),
                rule("k:.*", "c", false, new MappingConfig.Tag("n", 0, "x")),
                rule("k:.*", "d", false)));
    MappedSource source = mapping.of("k:1").orElseThrow();
    assertThat(source.all())
        .extracting(one -> one.series().measurement())
        .containsExactly("a", "c");
    var result =
        (Transformed.Mapped)
            new ArchiveTransform(mapping)
                .transform(
                    "archive:1m:1700000040:k:1",
                    Map.of("stats", "avg min max count sum", "1", "1 1 1 1 1", "2", "1 1 1 1 1"));
    assertThat(result.points())
        .extracting(point -> point.series().measurement(), point -> point.series().tags())
        .containsExactly(
            tuple("a", Map.of("interval", "1m", "site", "north")),
            tuple("c", Map.of("interval", "1m", "n", "x")));
    assertThat(result.points().getLast().fields()).containsKey("c_value_avg");
    assertThat(result.unmapped()).containsExactly("k:1/2");
    assertThat(result.origins()).extracting(Origin::field).containsExactly("a_value", "c_value");
  }

  @Test
  void twoRulesOfOneSourceAndSeriesMakeOnePoint() {
    var mapping = new Mapping(List.of(rule("k", "a", true), rule("k", "a", false)));
    var result =
        (Transformed.Mapped)
            new ArchiveTransform(mapping).transform("archive:1m:1700000040:k", Map.of("1", "7"));
    assertThat(result.points()).hasSize(1);
    assertThat(result.unusable())
        .containsExactly("k/1 (another point is already the field a_value)");
  }
}
