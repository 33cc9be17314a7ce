package com.voltageems.hissrv.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import com.voltageems.hissrv.config.BrokenVariants.Variant;
import java.nio.charset.Charset;
import java.util.stream.Stream;

/** What is wrong with a file that has the right shape, and files that are none. */
final class WrittenVariants {
  /** Stands at the end of the line that must be named. */
  private static final String HERE = " <<<";

  private static final String RULE =
      """
      mappings:
        - source_pattern: "comsrv:(\\\\d+):m"
          measurement: telemetry
          field_mappings: {"1": voltage}
      """;

  private WrittenVariants() {}

  static Stream<Variant> all() {
    return Stream.of(encodings(), syntax(), values(), levels(), rules(), filters(), secrets())
        .flatMap(some -> some);
  }

  private static Stream<Variant> encodings() {
    return Stream.of(
        encoded("UTF-16 with a mark", UTF_16, 0),
        encoded("UTF-16, little end first", UTF_16LE, 0),
        encoded("UTF-16, big end first", UTF_16BE, 0),
        encoded("UTF-32", Charset.forName("UTF-32"), 0),
        encoded("Latin-1", ISO_8859_1, 2),
        encoded("GBK", Charset.forName("GBK"), 2),
        new Variant(
            "half a character", new byte[] {'a', ':', ' ', '1', '\n', (byte) 0xE4}, 2, false),
        new Variant("an overlong slash", new byte[] {'#', (byte) 0xC0, (byte) 0xAF}, 1, false),
        new Variant("nothing", "", 0, false),
        new Variant("nothing but a comment", "# service:\n", 0, false),
        new Variant("nothing but a mark", "\uFEFF", 0, false),
        new Variant("zeros", new byte[100], 0, false),
        of("a control character", "api: {}\nservice: {name: \u0007}" + HERE),
        of("an escape", "api: {}\n# \u001B[31m" + HERE));
  }

  private static Stream<Variant> syntax() {
    return Stream.of(
        of("a tab", "api:\n\tport: 1 <<<"),
        of("a tab between", "api:\n  host: a\n\tport: 1 <<<"),
        of("an open brace", "api: {port: 1\nservice: {} <<<"),
        new Variant("an open quote", "api:\n  host: \"a\n", 3, false),
        of("a wrong indent", "api:\n  host: a\n   port: 1 <<<"),
        of("two documents", "api: {}\n--- <<<\napi: {}\n"),
        of("a colon in a value", "api:\n  host: a: b <<<"),
        of("an unknown anchor", "api: {}\nservice: *no <<<"),
        of("an at sign", "filters:\n  - source: a\n    conditions:\n      - field: @value <<<"),
        of("a percent sign", "api: {}\nservice:\n  name: %a <<<"),
        of("a bad escape", "api: {}\nservice:\n  name: \"\\q\" <<<"),
        of("a list for a file", "- service <<<"),
        of("a text for a file", "service <<<"),
        of("a merge key", "api: {}\nservice: {<<: {name: a}} <<<"),
        of("a list for a key", "api: {}\n? [a] <<<\n: 1\n"),
        of("a section twice", "api: {}\nservice: {}\napi: {} <<<"),
        of("a key twice in braces", "service:\n  {name: a, name: b} <<<"),
        of("JSON with a comma too few", "{\"api\": {\"port\": 1\n  \"host\": \"a\"}} <<<"));
  }

  private static Stream<Variant> values() {
    return Stream.of(
        of("a port too high", "api:\n  port: 65536 <<<"),
        of("a port below zero", "api:\n  port: -1 <<<"),
        of("a port with a fraction", "api:\n  port: 80.5 <<<"),
        of("a port in hex", "api:\n  port: 0x50 <<<"),
        of("a port in Arabic digits", "api:\n  port: ٨٠ <<<"),
        of("a port beyond all integers", "api:\n  port: 99999999999999999999 <<<"),
        of("no host", "api:\n  host: \"\" <<<"),
        of("a blank name", "service:\n  name: \"  \" <<<"),
        of("a duration without unit", "service:\n  polling_interval: 10 <<<"),
        of("a duration with a space", "service:\n  polling_interval: 10 s <<<"),
        of("a duration of capitals", "service:\n  polling_interval: 10S <<<"),
        of("a duration below zero", "service:\n  polling_interval: -10s <<<"),
        of("a duration with a fraction", "service:\n  polling_interval: 1.5s <<<"),
        of("a duration too short", "service:\n  polling_interval: 99ms <<<"),
        of("a duration too long", "service:\n  polling_interval: 61m <<<"),
        of("a duration beyond all numbers", "service:\n  polling_interval: 999999999y <<<"),
        of("a duration of ten digits", "service:\n  polling_interval: 1000000000s <<<"),
        of("a size without unit", "aggregation:\n  archive_memory: 1000000 <<<"),
        of("a size in bits", "aggregation:\n  archive_memory: 64Mb <<<"),
        of("a size too large", "aggregation:\n  archive_memory: 999999999GiB <<<"),
        of("a size too small", "performance:\n  outbox_size: 1KB <<<"),
        of("yes", "aggregation:\n  enabled: yes <<<"),
        of("True", "aggregation:\n  enabled: True <<<"),
        of("1 for true", "aggregation:\n  enabled: 1 <<<"),
        of("a zone that isn't", "site:\n  time_zone: Mars/Olympus <<<"),
        of("no batch", "performance:\n  batch_size: 0 <<<"),
        of("retries below zero", "performance:\n  max_retries: -1 <<<"),
        of("another store", "store:\n  type: postgres <<<"),
        of("InfluxDB without its section", "store:\n  type: influxdb <<<"),
        of("somebody's home", "store:\n  path: ~/data <<<"),
        of("a path with a zero", "store:\n  path: \"a\\0b\" <<<"),
        of("kept for hours", "store:\n  retention:\n    1m: 12h <<<"),
        of("kept for no day", "store:\n  retention:\n    1m: 0d <<<"),
        of("kept for millennia", "store:\n  retention:\n    1m: 1000y <<<"),
        of("a level that isn't, kept", "store:\n  retention:\n    daily: 1y <<<"),
        of("a level of the log", "logging:\n  level: loud <<<"),
        of("a target of the log", "logging:\n  levels:\n    deliver: debug <<<"),
        of("the same target twice", "logging:\n  level: info\n  levels:\n    hissrv: debug <<<"),
        of("a format of the log", "logging:\n  format: xml <<<"),
        of("no days of logs", "logging:\n  days: 0 <<<"),
        of("leases", "lease:\n  enabled: true <<<"),
        of("a URL of another kind", "redis:\n  url: http://localhost <<<"),
        of("a URL without host", "redis:\n  url: redis:// <<<"),
        of("a URL with a port too high", "redis:\n  url: redis://h:70000 <<<"),
        of("a URL with a name for a number", "redis:\n  url: redis://h/main <<<"),
        of("a URL with a space", "redis:\n  url: redis://a b <<<"),
        of("a cluster with a database", "redis:\n  url: redis+cluster://a,b/2 <<<"),
        of("a pattern of keys", "redis:\n  data_patterns:\n    - archive:* <<<"),
        of(
            "a pattern twice",
            "redis:\n  data_patterns:\n    - archive:1m:*\n    - archive:1m:* <<<"),
        of("no patterns", "redis:\n  data_patterns: [] <<<"),
        of("values stale at once", "sources:\n  stale_after: 0s <<<"),
        of("a default that is wrong", "api:\n  port: ${NOT_SET:-x} <<<"),
        of("a variable that has no end", "api:\n  host: ${CANARY <<<"),
        of("a folder for a secret", "api:\n  host: ${file:/} <<<"));
  }

  private static Stream<Variant> levels() {
    return Stream.of(
        of("no levels", "aggregation:\n  intervals: [] <<<"),
        levels("a level without name", "- {interval: 1m}"),
        levels("a level without length", "- {name: 5m}"),
        levels("a level by another name", "- {name: hourly, interval: 1h}"),
        levels("a level of no time", "- {name: 0m, interval: 0m}"),
        levels("a level of raw", "- {name: raw, interval: 1m}"),
        levels("a name of another length", "- {name: 5m, interval: 60s}"),
        levels("a level twice", "- {name: 1m, interval: 60s}"),
        levels("a level of seconds", "- {name: 30s, interval: 30s}"),
        levels("a level that nothing tiles", "- {name: 90s, interval: 90s}"),
        levels("a level of a day and a half", "- {name: 36h, interval: 36h}"),
        levels("a level longer than a year", "- {name: 400d, interval: 400d}"),
        levels("a level beyond all numbers", "- {name: 999999d, interval: 999999d}"),
        levels("a script of one's own", "- {name: 5m, interval: 5m, script: mine}"),
        levels("a level made of itself", "- {name: 5m, interval: 5m, from: 5m}"),
        of(
            "no level of a minute",
            "aggregation:\n  intervals:\n    - {name: 5m, interval: 5m} <<<"),
        of("a release", "aggregation:\n  release: soon <<<"));
  }

  private static Variant levels(String name, String row) {
    return of(
        name, "aggregation:\n  intervals:\n    - {name: 1m, interval: 1m}\n    " + row + HERE);
  }

  private static Stream<Variant> rules() {
    return Stream.of(
        pattern("an open group", "comsrv:("),
        pattern("an open set", "comsrv:[a"),
        pattern("a repetition of nothing", "*:m"),
        pattern("an unknown class", "\\\\p{Nonsense}"),
        pattern("a repetition backwards", "a{3,1}"),
        pattern("an unknown group", "\\\\k<name>"),
        pattern("a lone backslash", "a\\\\"),
        pattern("a blank pattern", " "),
        rule("a rule without fields", ""),
        rule("no fields", "field_mappings: {}"),
        rule("a field twice", "field_mappings:\n      1: a\n      2: a"),
        rule("a point twice", "field_mappings:\n      1: a\n      1: b"),
        rule("a field called direct", "field_mappings:\n      1: direct"),
        rule("all points another way", "field_mappings:\n      \"*\": keep"),
        rule("a blank field", "field_mappings:\n      1: \" \""),
        rule("a blank point", "field_mappings:\n      \" \": a"),
        rule(
            "a register of nothing", "field_mappings:\n      1: {name: a, counter: {register: 0}}"),
        rule("a rate below zero", "field_mappings:\n      1: {name: a, counter: {max_rate: -1}}"),
        rule(
            "an infinite register",
            "field_mappings:\n      1: {name: a, counter: {register: .inf}}"),
        field("a statistic that isn't", "statistics: [medium]"),
        field("a statistic of counters", "statistics: [increase]"),
        field("a percentile too high", "statistics: [percentile(101)]"),
        field("a percentile of nothing", "statistics: [percentile]"),
        field("a percentile of words", "statistics: [percentile(high)]"),
        field("a function twice", "statistics: [median, median]"),
        field("a function on no level", "statistics: [{function: median, levels: []}]"),
        field("a function on a level that isn't", "statistics: [{function: median, levels: [2m]}]"),
        field("a tag without group", "tags: [{name: a, source: capture, index: 2}]"),
        field("a tag of group zero", "tags: [{name: a, source: capture, index: 0}]"),
        field("a tag from elsewhere", "tags: [{name: a, source: key, index: 1}]"),
        field("a tag that is taken", "tags: [{name: interval, source: capture, index: 1}]"),
        field(
            "a tag twice",
            "tags: [{name: a, source: capture, index: 1}, {name: a, source: capture, index: 1}]"),
        aggregation("an aggregation of nothing", "interval: 1m, function: mean, sources: []"),
        aggregation(
            "an aggregation on no level", "interval: 2m, function: mean, sources: [telemetry]"),
        aggregation(
            "an aggregation by no function", "interval: 1m, function: men, sources: [telemetry]"),
        aggregation(
            "an aggregation of a stranger", "interval: 1m, function: mean, sources: [telemetri]"),
        aggregation(
            "an aggregation of the same twice",
            "interval: 1m, function: mean, sources: [telemetry, telemetry]"),
        aggregation(
            "counting where nothing counts",
            "interval: 1m, function: increase, sources: [telemetry]"),
        of(
            "two aggregations of a name",
            RULE
                + """
                aggregations:
                  - {name: a, interval: 1m, function: mean, sources: [telemetry]}
                  - {name: a, interval: 5m, function: mean, sources: [telemetry]} <<<
                """));
  }

  private static Variant pattern(String name, String regex) {
    return of(
        name,
        "mappings:\n  - source_pattern: \""
            + regex
            + "\" <<<\n    measurement: m\n    field_mappings: {\"*\": direct}\n");
  }

  private static Variant rule(String name, String more) {
    String rule = "mappings:\n  - source_pattern: a\n    measurement: m";
    return of(
        name, more.isEmpty() ? rule.replace(": a", ": a <<<") : rule + "\n    " + more + HERE);
  }

  private static Variant field(String name, String more) {
    return of(name, RULE + "    " + more + HERE);
  }

  private static Variant aggregation(String name, String more) {
    return of(name, RULE + "aggregations:\n  - {name: a, " + more + "} <<<");
  }

  private static Stream<Variant> filters() {
    return Stream.of(
        of("a filter of nothing", "filters:\n  - conditions: [{field: q, operator: exists}] <<<"),
        of("a filter without conditions", "filters:\n  - {source: a} <<<"),
        of("a filter with no condition", "filters:\n  - {source: a, conditions: []} <<<"),
        of(
            "a filter by regular expression",
            "filters:\n  - source: 'comsrv:\\d+:m' <<<\n    conditions: [{field: q, operator: exists}]\n"),
        of(
            "two filters of a name",
            """
            filters:
              - {name: a, source: a, conditions: [{field: q, operator: exists}]}
              - {name: a, source: b, conditions: [{field: q, operator: exists}]} <<<
            """),
        condition("no operator", "field: q, value: 1"),
        condition("no field", "operator: eq, value: 1"),
        condition("nothing to compare with", "field: q, operator: eq"),
        condition("another operator", "field: q, operator: equals, value: 1"),
        condition("more than a word", "field: q, operator: gt, value: high"),
        condition("between one", "field: q, operator: between, value: [1]"),
        condition("between words", "field: q, operator: between, value: [a, b]"),
        condition("between backwards", "field: q, operator: between, value: [2, 1]"),
        condition("between no list", "field: q, operator: between, value: 1"),
        condition("in nothing", "field: q, operator: in, value: []"),
        condition("in no list", "field: q, operator: in, value: a"),
        condition("exists maybe", "field: q, operator: exists, value: maybe"),
        condition("a value that exists", "field: \"@value\", operator: exists"),
        condition("a value that matches", "field: \"@value\", operator: matches, value: a"),
        lua("an open set in Lua", "[a"),
        lua("an open group in Lua", "(a"),
        lua("a closed group in Lua", "a)%1"),
        lua("a percent sign at the end in Lua", "a%"),
        lua("a balance of nothing in Lua", "%b"),
        lua("a frontier without set in Lua", "%f"),
        lua("a group that isn't in Lua", "%1"),
        lua("too much to try in Lua", ".*.*.*"),
        lua("a zero in Lua", "a\\\\0b*\\0"));
  }

  private static Variant condition(String name, String condition) {
    return of(name, "filters:\n  - source: a\n    conditions:\n      - {" + condition + "} <<<");
  }

  private static Variant lua(String name, String pattern) {
    return condition(name, "field: q, operator: matches, value: \"" + pattern + '"');
  }

  /** The canary is wrong at each of these places, and would be part of a careless message. */
  private static Stream<Variant> secrets() {
    return Stream.of(
        of("a secret port", "api:\n  port: ${CANARY} <<<"),
        of("a secret duration", "service:\n  stop_timeout: ${CANARY} <<<"),
        of("a secret size", "performance:\n  outbox_size: ${CANARY} <<<"),
        of("a secret switch", "aggregation:\n  enabled: ${CANARY} <<<"),
        of("a secret word", "aggregation:\n  release: ${CANARY} <<<"),
        of("a secret zone", "site:\n  time_zone: ${CANARY} <<<"),
        of("a secret path", "store:\n  path: \"${CANARY}\\0\" <<<"),
        of("a secret URL", "redis:\n  url: \"${CANARY}\" <<<"),
        of("a secret password", "redis:\n  url: \"redis://:${CANARY}@localhost\" <<<"),
        of("a secret pattern of keys", "redis:\n  data_patterns:\n    - ${CANARY} <<<"),
        of("a secret span", "store:\n  retention:\n    1m: ${CANARY} <<<"),
        levels("a secret level", "- {name: \"${CANARY}\", interval: 5m}"),
        levels("a secret length", "- {name: 5m, interval: \"${CANARY}\"}"),
        levels("a secret script", "- {name: 5m, interval: 5m, script: \"${CANARY}\"}"),
        pattern("a secret pattern", "${CANARY}"),
        field("a secret statistic", "statistics: [\"${CANARY}\"]"),
        field(
            "a secret level of a function",
            "statistics: [{function: median, levels: [\"${CANARY}\"]}]"),
        field("a secret source", "tags: [{name: a, source: \"${CANARY}\", index: 1}]"),
        field("a secret group", "tags: [{name: a, source: capture, index: \"${CANARY}\"}]"),
        field(
            "a secret tag twice",
            "tags: [{name: \"${CANARY}\", source: capture, index: 1}, {name: \"${CANARY}\", source: capture, index: 1}]"),
        rule(
            "a secret field twice",
            "field_mappings:\n      1: \"${CANARY}\"\n      2: \"${CANARY}\""),
        rule(
            "a secret register",
            "field_mappings:\n      1: {name: a, counter: {register: \"${CANARY}\"}}"),
        rule("a secret way", "field_mappings:\n      \"*\": \"${CANARY}\""),
        aggregation(
            "a secret function", "interval: 1m, function: \"${CANARY}\", sources: [telemetry]"),
        aggregation(
            "a secret interval", "interval: \"${CANARY}\", function: mean, sources: [telemetry]"),
        aggregation(
            "a secret measurement", "interval: 1m, function: mean, sources: [\"${CANARY}\"]"),
        aggregation(
            "a secret measurement twice",
            "interval: 1m, function: mean, sources: [\"${CANARY}\", \"${CANARY}\"]"),
        of(
            "two aggregations of a secret name",
            """
            aggregations:
              - {name: "${CANARY}", interval: 1m, function: mean, sources: [telemetry]}
              - {name: "${CANARY}", interval: 5m, function: mean, sources: [telemetry]} <<<
            """),
        of(
            "two filters of a secret name",
            """
            filters:
              - {name: "${CANARY}", source: a, conditions: [{field: q, operator: exists}]}
              - {name: "${CANARY}", source: b, conditions: [{field: q, operator: exists}]} <<<
            """),
        condition("a secret operator", "field: q, operator: \"${CANARY}\", value: 1"),
        condition("a secret number", "field: q, operator: gt, value: \"${CANARY}\""),
        condition("secret bounds", "field: q, operator: between, value: [\"${CANARY}\", 1]"),
        lua("a secret Lua pattern", "${CANARY}"));
  }

  private static Variant encoded(String name, Charset charset, int line) {
    String text = "service: {}\n# é 端口\n";
    return new Variant(name, text.getBytes(charset), line, false);
  }

  private static Variant of(String name, String text) {
    int line = (int) text.substring(0, text.indexOf(HERE)).lines().count();
    return new Variant(name, text.replace(HERE, ""), line, false);
  }
}
