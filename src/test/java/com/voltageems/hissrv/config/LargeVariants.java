package com.voltageems.hissrv.config;

import static java.util.stream.Collectors.joining;

import com.voltageems.hissrv.config.BrokenVariants.Variant;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Files that are meant to keep whoever reads them busy. */
final class LargeVariants {
  private static final int MANY = 20_000;

  private LargeVariants() {}

  static Stream<Variant> all() {
    return Stream.of(
        new Variant("larger than is read", "#".repeat((4 << 20) + 1), 0, false),
        new Variant("a long line", "a: " + "x".repeat(4_000_000), 1, false),
        new Variant("a long key", "x".repeat(1_000) + ": 1", 1, false),
        new Variant("deep lists", "api: {}\na: " + "[".repeat(5_000), 2, false),
        new Variant("deep mappings", "api: {}\na: " + "{a: ".repeat(5_000), 2, false),
        new Variant("deep blocks", many(1_000, i -> " ".repeat(i) + "a" + i + ":\n"), 21, false),
        new Variant("a bomb of aliases", "a0: &a0 [1, 1]\n" + many(1, 60, i -> bomb(i)), 27, false),
        new Variant(
            "a bomb of merges",
            "a0: &a0 {b: 1}\n" + many(1, 60, i -> "a%d: &a%d {<<: *a%d}\n".formatted(i, i, i - 1)),
            52,
            false),
        new Variant(
            "one alias many times", "a: &a [1]\nb: [" + "*a, ".repeat(20_000) + "]\n", 2, false),
        new Variant("a list in itself", "api: {}\nmappings: &m\n  - *m\n", 2, false),
        new Variant("a mapping in itself", "store: &s\n  retention: *s\n", 2, false),
        new Variant("many sections", many(i -> "s" + i + ": 1\n"), 1, false),
        new Variant(
            "many levels kept",
            "store:\n  retention:\n" + many(i -> "    l" + i + ": 1d\n"),
            3,
            false),
        new Variant(
            "many targets",
            "logging:\n  levels:\n" + many(i -> "    t" + i + ": info\n"),
            3,
            false),
        new Variant(
            "many patterns",
            "redis:\n  data_patterns:\n" + many(i -> "    - archive:" + i + "m:*\n") + "    - x\n",
            MANY + 3,
            false),
        new Variant(
            "many levels",
            "aggregation:\n  intervals:\n"
                + many(1, MANY, i -> "    - {name: %dm, interval: %dm}\n".formatted(i, i))
                + "    - {name: x}\n",
            1_443,
            false),
        new Variant(
            "many rules", "mappings:\n" + many(i -> "  - {measurement: m" + i + "}\n"), 2, false),
        new Variant(
            "many tags",
            rule("tags", i -> "      - {name: t" + i + ", source: capture, index: 1}\n"),
            5,
            false),
        new Variant(
            "many fields",
            rule("field_mappings", i -> "      p" + i + ": f" + i / 2 + "\n"),
            6,
            false),
        new Variant(
            "many functions",
            rule("statistics", i -> "      - percentile(0.0%d)\n".formatted(i / 2 * 10 + 1)),
            6,
            false),
        new Variant(
            "many filters",
            "filters:\n" + many(i -> "  - {name: f" + i / 2 + ", source: a, conditions: []}\n"),
            3,
            false),
        new Variant(
            "many aggregations",
            "aggregations:\n" + many(i -> "  - {name: a" + i / 2 + "}\n"),
            3,
            false),
        new Variant("many problems in a line", "filters: [" + "1, ".repeat(MANY) + "]", 1, false));
  }

  private static String bomb(int i) {
    return "a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1);
  }

  private static String rule(String list, IntFunction<String> row) {
    return "mappings:\n  - source_pattern: a\n    measurement: m\n    " + list + ":\n" + many(row);
  }

  private static String many(IntFunction<String> row) {
    return many(0, MANY, row);
  }

  private static String many(int until, IntFunction<String> row) {
    return many(0, until, row);
  }

  private static String many(int from, int until, IntFunction<String> row) {
    return IntStream.range(from, until).mapToObj(row).collect(joining());
  }
}
