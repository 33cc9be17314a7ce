package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.app.DataFolderException;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.demo.DemoException;
import com.voltageems.hissrv.http.ApiException;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.StoreException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code ./hissrv}: without a command it runs the service. Exit codes: 0 done, 1 failed, 2 the call
 * itself is wrong.
 */
@Command(
    name = "hissrv",
    description = "History data service: live Redis values, aggregated, kept and answered for.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      QueryCommand.class,
      LatestCommand.class,
      ExportCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      DoctorCommand.class,
      CheckConfigCommand.class,
      VerifyCommand.class,
      QuarantineCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ImportCommand.class,
      CorrectCommand.class,
      DeleteCommand.class,
      SchemaCommand.class,
      InfluxCommand.class,
      CompletionCommand.class,
      TokenCommand.class
    },
    footer = {
      "",
      "Without a command: run. For completion in a shell: source <(hissrv completion).",
      "",
      "Examples:",
      "  hissrv demo",
      "  hissrv --config /etc/hissrv/default.yml",
      "  hissrv doctor"
    })
public final class Main implements Callable<Integer> {
  private static final String JSON = "--json";

  /** What a command tells with {@code --json}, in order. */
  final Map<String, Object> result = new LinkedHashMap<>();

  /** Reached when all is said: the process may end. */
  final CountDownLatch ended = new CountDownLatch(1);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "The configuration; else $HISSRV_CONFIG, config/default.yml or /etc/hissrv/default.yml."
      })
  @Nullable Path config;

  @Option(
      names = JSON,
      scope = ScopeType.INHERIT,
      description = "Standard output is one JSON object; all else goes to standard error.")
  boolean json;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(execute(List.of(args)));
  }

  /** Runs a command. */
  static int execute(List<String> args) {
    var main = new Main();
    PrintStream stdout = System.out;
    boolean json = args.contains(JSON);
    if (json) {
      System.setOut(System.err);
    }
    int code =
        commandLine(main)
            .setExecutionExceptionHandler((e, _, _) -> main.failed(e))
            .setParameterExceptionHandler((e, _) -> main.misused(e))
            .execute(args.toArray(String[]::new));
    if (json) {
      if (args.contains("--version") || args.contains("-V")) {
        main.result.put("version", Version.number());
      }
      main.result.put("exit_code", code);
      stdout.println(main.toJson());
    }
    stdout.flush();
    main.ended.countDown();
    return code;
  }

  /** All commands. */
  static CommandLine commandLine() {
    return commandLine(new Main());
  }

  private static CommandLine commandLine(Main main) {
    return ExitCodes.completed(new CommandLine(main)).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    return RunCommand.run(this);
  }

  private int failed(Exception e) {
    result.put("error", String.valueOf(e.getMessage()));
    switch (e) {
      case ConfigException known -> System.err.println(known.getMessage());
      case DataFolderException known -> System.err.println("hissrv: " + known.getMessage());
      case DemoException known -> System.err.println("hissrv: " + known.getMessage());
      case ServiceException known -> System.err.println("hissrv: " + known.getMessage());
      case RedisException known -> System.err.println("hissrv: " + known.getMessage());
      case StoreException known -> System.err.println("hissrv: " + known.getMessage());
      case ApiException known -> System.err.println("hissrv: " + known.getMessage());
      case CancellationException stopped -> System.err.println("hissrv: " + stopped.getMessage());
      default -> LoggerFactory.getLogger(Main.class).error("failed", e);
    }
    return 1;
  }

  private int misused(ParameterException e) {
    result.put("error", String.valueOf(e.getMessage()));
    var err = e.getCommandLine().getErr();
    err.println("hissrv: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> meant = Nearest.to(unmatched.getUnmatched().getFirst(), names(unmatched));
      if (!meant.isEmpty()) {
        err.println("Did you mean: " + String.join(" or ", meant) + "?");
      }
    }
    err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return 2;
  }

  /** What may stand where something else stood. */
  private static Set<String> names(UnmatchedArgumentException e) {
    var names = new TreeSet<>(e.getCommandLine().getSubcommands().keySet());
    names.addAll(e.getCommandLine().getCommandSpec().optionsMap().keySet());
    return names;
  }

  private String toJson() {
    try {
      return new JsonMapper().writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are plain values", e);
    }
  }
}
