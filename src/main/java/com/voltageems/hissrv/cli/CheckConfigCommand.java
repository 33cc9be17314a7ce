package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.Difference;
import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.verify.DryRun;
import com.voltageems.hissrv.verify.DryRunReport;
import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells whether a configuration is valid and what it would do, before anything runs by it. */
@Command(
    name = "check-config",
    exitCodeList = {"0:the configuration is valid", "1:it is not, or something could not be asked"},
    description = {
      "Reads a configuration and says all that is wrong with it, a line each.",
      "--live also tries it on the values that are in Redis now; nothing is written."
    },
    footer = {
      "",
      "Examples:",
      "  hissrv check-config",
      "  hissrv check-config /etc/hissrv/default.yml --live",
      "  hissrv check-config new.yml --live --redis-url redis://plant:6379 --json",
      "  hissrv check-config new.yml --url http://localhost:8082"
    })
final class CheckConfigCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The configuration; else as --config says.")
  @Nullable Path given;

  @Option(
      names = "--live",
      description = "Tries it on the live keys in Redis: what each rule and filter does.")
  boolean live;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description =
          "With --live: another Redis than the configuration's; redis.tls holds for it, too.")
  @Nullable String redisUrl;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "With --live: how many keys are looked at (${DEFAULT-VALUE}).")
  long most = DryRun.MOST;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A running service: tells how its configuration differs from this one.")
  @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Sent to it as a bearer token; else $HISSRV_TOKEN.")
  @Nullable String token;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  CheckConfigCommand() {}

  @Override
  public Integer call() {
    if (most < 1) {
      throw new ParameterException(spec.commandLine(), "--most must be at least 1");
    }
    if (redisUrl != null && !live) {
      throw new ParameterException(spec.commandLine(), "--redis-url goes with --live");
    }
    try {
      check();
      return 0;
    } catch (ConfigException e) {
      main.result.put("valid", false);
      main.result.put("problems", e.problems());
      throw e;
    }
  }

  private void check() {
    Map<String, String> environment = System.getenv();
    Path file = given == null ? ConfigLoader.find(main.config, environment, Path.of("")) : given;
    main.result.put("file", file.toString());
    Functions functions = Functions.with(file.resolveSibling(Functions.FOLDER));
    var source = new ConfigSource(file, environment, functions);
    Config config = source.config();
    main.result.put("valid", true);
    summarise(file, config);
    if (live) {
      tryOut(config);
    }
    if (url != null) {
      compare(url, source.settings());
    }
  }

  private void summarise(Path file, Config config) {
    List<String> levels = config.aggregation().levels().stream().map(Level::name).toList();
    main.result.put("levels", levels);
    main.result.put("mappings", config.mappings().size());
    main.result.put("aggregations", config.aggregations().size());
    main.result.put("filters", config.filters().size());
    main.result.put("store", config.store().path().toString());
    main.result.put("redis", config.redis().safeUrl());
    main.result.put("warnings", config.warnings());
    System.out.printf("ok: %s%n", file);
    System.out.printf(
        "  levels %s; mappings %d, aggregations %d, filters %d; store %s%n",
        levels.stream().collect(Collectors.joining(" ")),
        config.mappings().size(),
        config.aggregations().size(),
        config.filters().size(),
        config.store().path());
    config.warnings().forEach(warning -> System.out.printf("  warning: %s%n", warning));
  }

  private void tryOut(Config config) {
    try (var redis = redis(config.redis())) {
      CheckResult how = redis.check();
      if (!how.ok()) {
        throw new ServiceException(how.message());
      }
      DryRunReport report = new DryRun(config, redis, most).run(progress());
      main.result.put("live", report);
      System.out.println();
      DryRunText.print(report, System.out);
    }
  }

  private RedisConnection redis(RedisConfig written) {
    try {
      return new RedisConnection(redisUrl == null ? written : written.at(redisUrl));
    } catch (IllegalArgumentException e) {
      if (redisUrl == null) {
        throw new ServiceException(String.valueOf(e.getMessage()));
      }
      throw new ParameterException(spec.commandLine(), "--redis-url: " + e.getMessage(), e);
    }
  }

  /** Only for eyes: a line that overwrites itself. */
  @SuppressWarnings("SystemConsoleNull") // NullAway knows it as it was
  private static LongConsumer progress() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return _ -> {};
    }
    return keys -> System.err.printf("%d keys\r", keys);
  }

  private void compare(String address, SortedMap<String, String> settings) {
    try (var client = new ServiceClient(address, ServiceOptions.sent(token))) {
      JsonNode answer = client.ask("GET", "/config", Map.of());
      var running = new TreeMap<String, String>();
      answer.path("settings").properties().stream()
          .filter(one -> !one.getValue().path("from").asText().equals("default"))
          .forEach(one -> running.put(one.getKey(), one.getValue().path("value").asText()));
      SortedMap<String, Difference> differences = Difference.between(running, settings);
      main.result.put("differences", differences);
      System.out.printf(
          "%nThe service at %s runs by revision %s; %s%n",
          address,
          answer.path("revision").asText(),
          differences.isEmpty() ? "no setting differs" : "these settings differ:");
      differences.forEach((path, one) ->
          System.out.printf("  %s: %s -> %s%n", path, shown(one.before()), shown(one.after())));
    }
  }

  private static String shown(@Nullable String text) {
    return text == null ? "(not written)" : text;
  }
}
