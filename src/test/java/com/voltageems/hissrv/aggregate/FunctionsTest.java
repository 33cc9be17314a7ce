package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.Problem;
import com.voltageems.hissrv.testkit.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {
  @TempDir Path folder;

  private static double apply(String name, List<Double> arguments, double... values) {
    return Functions.builtIn().bind(name, arguments).applyAsDouble(values);
  }

  /** As numpy.percentile answers for [15, 20, 35, 40, 50]. */
  @ParameterizedTest
  @CsvSource({"0, 15", "5, 16", "30, 23", "40, 29", "50, 35", "95, 48", "100, 50"})
  void aPercentileLiesBetweenTheClosestRanks(double p, double expected) {
    assertThat(apply("percentile", List.of(p), 50, 15, 40, 20, 35)).isEqualTo(expected);
  }

  @Test
  void aPercentileOfOneValueIsThatAndNoneOverflows() {
    assertThat(apply("percentile", List.of(99.9), 7)).isEqualTo(7);
    double most = Double.MAX_VALUE;
    assertThat(apply("median", List.of(), -most, most)).isZero();
  }

  @Test
  void theModeIsTheSmallestOfTheMostFrequent() {
    assertThat(apply("mode", List.of(), 3, 1, 2, 3, 1)).isEqualTo(1);
    assertThat(apply("mode", List.of(), 3, 1, 2, 3)).isEqualTo(3);
    assertThat(apply("mode", List.of(), 5)).isEqualTo(5);
  }

  @Test
  void aFolderThatIsNotThereHoldsNoFunctions() {
    assertThat(Functions.with(folder.resolve("none")).names())
        .containsExactly("median", "mode", "percentile");
  }

  @Test
  void theExampleIsFoundInItsJar() throws IOException {
    PluginJar.buildExample(folder.resolve("nearest.jar"), folder.resolve("work"));
    Files.writeString(folder.resolve("notes.txt"), "no jar");
    var functions = Functions.with(folder);
    assertThat(functions.names()).containsExactly("median", "mode", "nearest_rank", "percentile");
    var body = functions.bind("nearest_rank", List.of(30.0));
    assertThat(body.applyAsDouble(new double[] {50, 15, 40, 20, 35})).isEqualTo(20);
    assertThatThrownBy(() -> functions.bind("nearest_rank", List.of(0.0)))
        .hasMessage("nearest_rank takes one number above 0, at most 100");
  }

  @Test
  void everyBrokenJarIsNamedWithItsReason() throws IOException {
    Path source = folder.resolve("Loud.java");
    Files.writeString(
        source,
        """
        public final class Loud implements com.voltageems.hissrv.aggregate.AggregateFunction {
          @Override public String name() { return "Loud!"; }
          @Override public double apply(double[] v, java.util.List<Double> a) { return 0; }
        }
        """);
    Path twin = folder.resolve("Twin.java");
    Files.writeString(
        twin,
        """
        public final class Twin implements com.voltageems.hissrv.aggregate.AggregateFunction {
          @Override public String name() { return "max"; }
          @Override public double apply(double[] v, java.util.List<Double> a) { return 0; }
        }
        """);
    Path plugins = folder.resolve("plugins");
    PluginJar.build(plugins.resolve("a.jar"), folder, source, "Loud");
    PluginJar.build(plugins.resolve("b.jar"), folder, twin, "Twin");
    PluginJar.ofText(plugins.resolve("c.jar"), folder, PluginJar.SERVICE, "com.example.Missing");
    PluginJar.ofText(plugins.resolve("d.jar"), folder, "readme.txt", "nothing");
    PluginJar.ofText(plugins.resolve("e.jar"), folder, PluginJar.SERVICE, "# none\n");
    Files.writeString(plugins.resolve("f.jar"), "this is no jar");

    ConfigException e = catchThrowableOfType(ConfigException.class, () -> Functions.with(plugins));
    String service = PluginJar.SERVICE;
    assertThat(e.problems())
        .extracting(Problem::toString)
        .containsExactly(
            plugins.resolve("a.jar")
                + ": Loud is named \"Loud!\"; allowed are lower-case letters, digits and"
                + " underscores, a letter first",
            plugins.resolve("b.jar") + ": Twin is named \"max\", which exists already",
            plugins.resolve("c.jar")
                + ": can't be loaded: com.voltageems.hissrv.aggregate.AggregateFunction: Provider"
                + " com.example.Missing not found",
            plugins.resolve("d.jar") + ": holds no plugin: there is no " + service + " in it",
            plugins.resolve("e.jar") + ": holds no plugin: " + service + " names none",
            plugins.resolve("f.jar") + ": can't be read as a jar: zip END header not found");
  }
}
