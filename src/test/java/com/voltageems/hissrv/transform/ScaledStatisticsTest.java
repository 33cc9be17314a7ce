package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.config.Scaling;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is stored of a scaled field, against the statistics of its scaled samples. */
class ScaledStatisticsTest {
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final String NAMES =
      "avg min max count sum first last stddev integral weight junk increase";
  private static final ValueFunction MEDIAN =
      new ValueFunction("median", List.of(), Set.of(MINUTE), ScaledStatisticsTest::median);

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Statistics as they are defined, from samples a second apart, the last one held for another. */
  private static Map<String, Double> statistics(double[] x) {
    double sum = Arrays.stream(x).sum();
    double mean = sum / x.length;
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    double increase = 0;
    for (int i = 1; i < x.length; i++) {
      increase += x[i] - x[i - 1];
    }
    var all = new HashMap<String, Double>();
    all.put("avg", mean);
    all.put("min", Arrays.stream(x).min().orElseThrow());
    all.put("max", Arrays.stream(x).max().orElseThrow());
    all.put("sum", sum);
    all.put("first", x[0]);
    all.put("last", x[x.length - 1]);
    all.put("stddev", Math.sqrt(squares / (x.length - 1)));
    all.put("range", all.get("max") - all.get("min"));
    all.put("integral", sum / 3600);
    all.put("twa", mean);
    all.put("increase", increase);
    all.put("good", x.length / (x.length + 1.0));
    all.put("median", median(x));
    return all;
  }

  private static Map<String, String> archive(double[] x) {
    Map<String, Double> raw = statistics(x);
    raw.put("count", (double) x.length);
    raw.put("weight", (double) x.length);
    raw.put("junk", 1.0);
    String line =
        Arrays.stream(NAMES.split(" "))
            .map(name -> {
              double value = Objects.requireNonNull(raw.get(name));
              return name.equals("count") || name.equals("junk")
                  ? Long.toString((long) value)
                  : Double.toString(value);
            })
            .collect(Collectors.joining(" "));
    return Map.of(
        "source",
        "k",
        "timestamp",
        "1700000040",
        "stats",
        NAMES,
        "1",
        line + " median=" + raw.get("median"));
  }

  private static Map<String, FieldValue> stored(Scaling scaling, double[] x) {
    boolean ordered = scaling.scale() > 0;
    var statistics = EnumSet.allOf(Statistic.class);
    var field =
        new MappingConfig.Field(
            "v",
            null,
            new MappingConfig.Counter(0, 0),
            statistics,
            ordered ? List.of(MEDIAN) : List.of(),
            null,
            scaling);
    var rule = new MappingConfig(Pattern.compile("k"), "m", List.of(), Map.of("1", field), false);
    List<NamedAggregation> named =
        List.of(named("least", Statistic.MIN), named("total", Statistic.SUM));
    var result =
        (Transformed.Mapped)
            new ArchiveTransform(new Mapping(List.of(rule), named))
                .transform("archive:1m:1700000040:k", archive(x));
    var fields = new HashMap<String, FieldValue>();
    result.points().forEach(point -> fields.putAll(point.fields()));
    return fields;
  }

  private static NamedAggregation named(String name, Summary summary) {
    return new NamedAggregation(name, MINUTE, name, summary, Set.of("m"));
  }

  @Test
  void theStatisticsOfAScaledFieldAreThoseOfItsScaledSamples() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var scaling =
          new Scaling(
              (random.nextBoolean() ? 1 : -1) * Math.pow(10, random.nextDouble() * 8 - 4),
              random.nextInt(3) == 0 ? 0 : random.nextGaussian() * 1_000);
      double[] x = random.doubles(2 + random.nextInt(60), -500, 500).toArray();
      Map<String, Double> expected =
          new HashMap<>(statistics(Arrays.stream(x).map(scaling::of).toArray()));
      expected.put("least", expected.get("min"));
      expected.put("total", expected.get("sum"));
      if (scaling.scale() < 0) {
        expected.remove("median");
      }
      double size = Math.abs(scaling.scale()) * 500 + Math.abs(scaling.offset());
      Map<String, FieldValue> stored = stored(scaling, x);
      assertThat(stored.get("v_count")).isEqualTo(FieldValue.of((long) x.length));
      assertThat(stored).hasSize(expected.size() + 1);
      expected.forEach((name, value) -> {
        boolean adds = name.equals("sum") || name.equals("total");
        var found = (FieldValue.FloatValue) Objects.requireNonNull(stored.get("v_" + name));
        assertThat(found.value())
            .as("%s of %s, seed %d", name, scaling, seed)
            .isEqualTo(value, within(1e-12 * Math.max(1, size) * (adds ? x.length : 1)));
      });
    }
  }

  @Test
  void withAScaleBelowZeroTheLeastIsTheGreatest() {
    Map<String, FieldValue> stored = stored(new Scaling(-2, 10), new double[] {1, 2, 6});
    assertThat(stored)
        .containsEntry("v_min", FieldValue.of(-2.0))
        .containsEntry("v_max", FieldValue.of(8.0))
        .containsEntry("v_sum", FieldValue.of(12.0))
        .containsEntry("v_range", FieldValue.of(10.0))
        .containsEntry("v_increase", FieldValue.of(-10.0));
  }
}
