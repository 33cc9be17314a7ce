package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchiveTransformTest {
  private static final String KEY = "archive:1m:1700000040:1001";

  private final ArchiveTransform transform =
      new ArchiveTransform(
          new Mapping(TestConfig.of("redis://127.0.0.1:1", Path.of("data")).mappings()));

  private static Map<String, String> archive(String... fieldsAndValues) {
    var archive = new HashMap<String, String>();
    archive.put("source", "comsrv:1001:m");
    archive.put("timestamp", "1700000040");
    archive.put("revision", "1");
    archive.put("stats", "avg min max count sum");
    for (int i = 0; i < fieldsAndValues.length; i += 2) {
      archive.put(fieldsAndValues[i], fieldsAndValues[i + 1]);
    }
    return archive;
  }

  private Transformed.Mapped mapped(String key, Map<String, String> archive) {
    Transformed result = transform.transform(key, archive);
    assertThat(result).isInstanceOf(Transformed.Mapped.class);
    return (Transformed.Mapped) result;
  }

  @Test
  void statisticsBecomeFieldsWithTheMappingsNames() {
    var result = mapped(KEY, archive("1", "230.5 229 231 60 13830", "9", "1 1 1 1 1"));
    assertThat(result.point().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_040));
    assertThat(result.point().series().tags())
        .isEqualTo(Map.of("channel", "1001", "interval", "1m"));
    assertThat(result.point().fields())
        .isEqualTo(
            Map.of(
                "voltage_avg", FieldValue.of(230.5),
                "voltage_min", FieldValue.of(229.0),
                "voltage_max", FieldValue.of(231.0),
                "voltage_count", FieldValue.of(60L)));
    assertThat(result.unmapped()).containsExactly("comsrv:1001:m/9");
    assertThat(result.origins()).containsExactly(new Origin("voltage", "comsrv:1001:m", "1", "V"));
  }

  @Test
  void aPointNamedLikeAHeaderFieldIsReadBack() {
    var archive = archive("\\source", "1 1 1 1 1", "\\\\odd", "2 2 2 1 2");
    archive.put("source", "modsrv:x:measurement");
    var result = mapped("archive:1m:1700000040:modsrv:x:measurement", archive);
    assertThat(result.point().fields()).containsKeys("source_avg", "\\odd_avg");
  }

  @Test
  void aStatisticThatIsNoFiniteNumberIsLeftOutAndNamed() {
    var result = mapped(KEY, archive("1", "inf 1 2 60 inf", "2", "1 2 3", "3", "1 1 1 x 1"));
    assertThat(result.point().fields())
        .containsOnlyKeys(
            "voltage_min", "voltage_max", "voltage_count", "power_avg", "power_min", "power_max");
    assertThat(result.unusable()).hasSize(3);
  }

  @Test
  void anArchiveByOthersIsStoredAsGivenAndItsSourceAndTimeAreThoseOfItsKey() {
    var result = mapped(KEY, Map.of("1", "230.5", "2", "text"));
    assertThat(result.point().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_040));
    assertThat(result.point().fields()).isEqualTo(Map.of("voltage", FieldValue.of(230.5)));
    assertThat(result.unusable()).containsExactly("comsrv:1001:m/2='text'");
  }

  @Test
  void millisecondsInTheTimestampAreNotReadAsSeconds() {
    var archive = archive("1", "1 1 1 1 1");
    archive.put("timestamp", "1700000040000");
    assertThat(mapped(KEY, archive).point().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_040));
  }

  @Test
  void anUnreadableTimestampIsNeverNow() {
    var archive = archive("1", "1 1 1 1 1");
    archive.put("timestamp", "today");
    assertThat(transform.transform(KEY, archive))
        .isInstanceOfSatisfying(
            Transformed.Refused.class,
            refused -> assertThat(refused.reason()).contains("unreadable timestamp 'today'"));
  }

  @Test
  void aSourceWithoutARuleIsRefusedByName() {
    var archive = archive("1", "1 1 1 1 1");
    archive.put("source", "inst:5:M");
    assertThat(transform.transform(KEY, archive))
        .isInstanceOfSatisfying(
            Transformed.Refused.class,
            refused -> assertThat(refused.reason()).contains("'inst:5:M'"));
  }

  @Test
  void anArchiveWhoseEveryPointIsUnmappedIsNoPointAndNoError() {
    assertThat(transform.transform(KEY, archive("8", "1 1 1 1 1")))
        .isInstanceOfSatisfying(
            Transformed.Empty.class,
            empty -> assertThat(empty.unmapped()).containsExactly("comsrv:1001:m/8"));
  }

  @Test
  void aKeyThatIsNoArchivesIsRefused() {
    for (String key : new String[] {"archive:1m:x:1", "archive:1m:1", "archive:raw:1:1", "junk"}) {
      assertThat(transform.transform(key, archive("1", "1 1 1 1 1")))
          .isInstanceOf(Transformed.Refused.class);
    }
  }

  private static NamedAggregation named(
      String name, String level, String function, Statistic statistic) {
    return new NamedAggregation(
        name, Level.parse(level).orElseThrow(), function, statistic, Set.of("telemetry"));
  }

  private static ArchiveTransform with(NamedAggregation... aggregations) {
    return new ArchiveTransform(
        new Mapping(
            TestConfig.of("redis://127.0.0.1:1", Path.of("data")).mappings(),
            List.of(aggregations)));
  }

  private static List<Point> points(ArchiveTransform transform, Map<String, String> archive) {
    return ((Transformed.Mapped) transform.transform(KEY, archive)).points();
  }

  @Test
  void aNamedAggregationIsAPointOfItsOwnBesideTheOrdinaryOne() {
    var archive = archive("1", "230.5 229 231 60 13830", "2", "1.5 1 2 60 90");
    List<Point> points =
        points(
            with(
                named("1m_avg", "1m", "mean", Statistic.AVG),
                named("total", "1m", "sum", Statistic.SUM),
                named("5m_max", "5m", "max", Statistic.MAX)),
            archive);

    assertThat(points).hasSize(3);
    assertThat(points.getFirst()).isEqualTo(mapped(KEY, archive).point());
    assertThat(points.get(1))
        .isEqualTo(
            Point.of(
                SeriesKey.of(
                    "telemetry",
                    Map.of("channel", "1001", "interval", "1m", "aggregation", "1m_avg")),
                Instant.ofEpochSecond(1_700_000_040),
                Map.of("voltage_mean", FieldValue.of(230.5), "current_mean", FieldValue.of(1.5))));
    assertThat(points.get(2).series().tags()).containsEntry("aggregation", "total");
    assertThat(points.get(2).fields())
        .isEqualTo(
            Map.of("voltage_sum", FieldValue.of(13830.0), "current_sum", FieldValue.of(90.0)));
  }

  @Test
  void anAggregationThatTheArchiveDoesNotTellIsNoPointAndNoFault() {
    var transform =
        with(
            named("twa", "1m", "time_weighted_average", Statistic.TWA),
            named("counted", "1m", "increase", Statistic.INCREASE));
    assertThat(points(transform, archive("1", "1 1 1 1 1"))).hasSize(1);
    assertThat(points(transform, Map.of("1", "230.5"))).hasSize(1);
  }

  @Test
  void whatIsNoNumberIsNamedOnceHoweverManyAskForIt() {
    var result =
        (Transformed.Mapped)
            with(named("1m_avg", "1m", "mean", Statistic.AVG))
                .transform(KEY, archive("1", "inf 1 2 60 inf"));
    assertThat(result.unusable()).containsExactly("comsrv:1001:m/1='inf 1 2 60 inf'");
    assertThat(result.points()).hasSize(1);
  }

  @Test
  void aFieldMayHaveStatisticsOfItsOwn() {
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:1001:m"),
            "telemetry",
            List.of(),
            Map.of(
                "1", new MappingConfig.Field("a", null, null, EnumSet.of(Statistic.MAX)),
                "2",
                    new MappingConfig.Field(
                        "b", null, new MappingConfig.Counter(0, 0), EnumSet.of(Statistic.LAST))),
            true,
            EnumSet.of(Statistic.MIN));
    var archive = archive("1", "2 1 3 2 4 1 3 9", "2", "2 1 3 2 4 1 3 9", "3", "2 1 3 2 4 1 3 9");
    archive.put("stats", "avg min max count sum first last increase");
    List<Point> points = points(new ArchiveTransform(new Mapping(List.of(rule))), archive);
    assertThat(points.getFirst().fields())
        .isEqualTo(
            Map.of(
                "a_max", FieldValue.of(3.0),
                "b_last", FieldValue.of(3.0),
                "b_increase", FieldValue.of(9.0),
                "3_min", FieldValue.of(1.0)));
  }
}
