package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.demo.Demo;
import com.voltageems.hissrv.demo.DemoOptions;
import com.voltageems.hissrv.observe.LogOutput;
import com.voltageems.hissrv.observe.Logging;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The whole product on one machine. */
@Command(
    name = "demo",
    exitCodeList = {"0:stopped by --for", "130:ended by Ctrl-C", "143:ended by SIGTERM"},
    description = "A private Redis, a simulated plant, the real pipeline and its API.",
    footer = {
      "",
      "Examples:",
      "  hissrv demo",
      "  hissrv demo --port 9000 --data demo-data --backfill 7d",
      "  hissrv demo --for 150s"
    })
final class DemoCommand implements Callable<Integer> {
  private static final Duration LONGEST_BACKFILL = Duration.ofDays(366);

  /** That each file is made anew is no news here, and would stand between progress and guide. */
  private static final Map<String, String> QUIET = Map.of("hissrv.sqlite", "warn");

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--port", defaultValue = "8082", description = "Of the API (${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--data", paramLabel = "DIR", description = "Keeps history there between runs.")
  private @Nullable Path data;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Stops by itself, counted from the API's first answer.")
  private @Nullable Duration limit;

  @Option(
      names = "--backfill",
      paramLabel = "DURATION",
      defaultValue = "24h",
      converter = DurationConverter.class,
      description = "How much past to fill in at the start (${DEFAULT-VALUE}); at most 366d.")
  private Duration backfill;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  DemoCommand() {}

  @Override
  public Integer call() {
    if (port < 0 || port > 65_535) {
      throw misuse("Invalid value for option '--port': " + port + " is no port; 0 takes any free");
    }
    if (backfill.compareTo(LONGEST_BACKFILL) > 0) {
      throw misuse("Invalid value for option '--backfill': more than a year; at most 366d");
    }
    if (main.config != null) {
      throw misuse("the demo brings its own configuration; --config is for run");
    }
    Logging.configure(System.getenv(), LogOutput.text(RunCommand.LOG_FILE).with(QUIET));
    var options = new DemoOptions(port, data, limit, backfill);
    var demo = new Demo(options, System.out, InstantSource.system());
    OnShutdown.run(demo::stop, main.ended);
    demo.run();
    main.result.put("port", port);
    main.result.put("stopped", true);
    return 0;
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
