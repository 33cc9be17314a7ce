package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.app.DataFolder;
import com.voltageems.hissrv.app.FolderLock;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigChange;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.LoggingConfig;
import com.voltageems.hissrv.observe.LogOutput;
import com.voltageems.hissrv.observe.Logging;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The service itself. */
@Command(
    name = "run",
    exitCodeList = {
      "0:stopped",
      "1:the configuration, the port or the data directory can't be used",
      "130:ended by Ctrl-C",
      "143:ended by SIGTERM"
    },
    description = "Runs the service until it is stopped (Ctrl-C, SIGTERM).",
    footer = {"", "Examples:", "  hissrv run", "  hissrv run --config /etc/hissrv/default.yml"})
final class RunCommand implements Callable<Integer> {
  static final Path LOG_FILE = Path.of("logs", "hissrv.log");

  /** Kept long: it is small, and asked for late. */
  private static final LogOutput AUDIT =
      new LogOutput(Map.of(), false, null, 10L << 20, 365, 100L << 20);

  /** After the time to stop in: what can't even be let go of by then is left to the system. */
  private static final Duration LETTING_GO = Duration.ofSeconds(1);

  @ParentCommand private Main main;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  RunCommand() {}

  @Override
  public Integer call() {
    return run(main);
  }

  static int run(Main main) {
    Path file = ConfigLoader.find(main.config, System.getenv(), Path.of(""));
    Functions functions = Functions.with(file.resolveSibling(Functions.FOLDER));
    var source = new ConfigSource(file, System.getenv(), functions);
    var config = new LiveConfig(source, InstantSource.system());
    try (FolderLock _ = DataFolder.claim(config.current().store().path())) {
      return run(main, config);
    }
  }

  private static int run(Main main, LiveConfig live) {
    Config config = live.current();
    takeUp(config.logging(), config.store().path());
    Logger log = LoggerFactory.getLogger(RunCommand.class);
    log.info("configuration {}, revision {}", live.file(), live.revision().number());
    var stop = new CountDownLatch(1);
    OnShutdown.run(stop::countDown, main.ended, config.service().stopTimeout().plus(LETTING_GO));
    try (var service = HisSrv.live(live, InstantSource.system())) {
      var logging = new LoggingChange(config.logging(), config.store().path());
      live.onChange(logging);
      logging.accept(live.current());
      service.start();
      Hangup.run(() -> reload(live));
      main.result.put("port", service.port());
      stop.await();
      log.info("stopping");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.info("stopped");
    return 0;
  }

  private static void reload(LiveConfig live) {
    try {
      ConfigChange _ = live.reload("SIGHUP");
    } catch (ConfigException e) {
      // It is in the log, and the last good one goes on.
    }
  }

  /** Takes up the log anew where it is to be another. */
  private static final class LoggingChange implements Consumer<Config> {
    private final Path folder;
    private LoggingConfig now;

    LoggingChange(LoggingConfig now, Path folder) {
      this.now = now;
      this.folder = folder;
    }

    @Override
    public void accept(Config config) {
      if (!config.logging().equals(now)) {
        now = config.logging();
        takeUp(now, folder);
      }
    }
  }

  private static void takeUp(LoggingConfig logging, Path dataFolder) {
    Logging.configure(System.getenv(), output(logging));
    Logging.keepAudit(dataFolder.resolve("audit.log"), AUDIT);
  }

  private static LogOutput output(LoggingConfig logging) {
    return new LogOutput(
        logging.levels(),
        logging.json(),
        logging.file(),
        logging.fileSize(),
        logging.days(),
        logging.totalSize());
  }
}
