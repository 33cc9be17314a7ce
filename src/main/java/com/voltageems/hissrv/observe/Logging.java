package com.voltageems.hissrv.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log: on standard error and, for the service, in a file. Times are UTC. This service speaks
 * from {@code info}, libraries from {@code warn}; {@code HISSRV_LOG} changes either.
 */
public final class Logging {
  private static final String VARIABLE = "HISSRV_LOG";

  /** What users call {@code hissrv.audit}. */
  private static final String AUDIT = LogLevels.ROOT + ".audit";

  private Logging() {}

  /** Also keeps what {@code hissrv.audit} says in a file of its own. After {@link #configure}. */
  public static void keepAudit(Path file, LogOutput output) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("another logging library than Logback is on the class path");
    }
    try {
      context.getLogger(AUDIT).addAppender(Appenders.file(context, file, output));
    } catch (IOException e) {
      LoggerFactory.getLogger(Logging.class)
          .warn("No audit file: {} can't be written ({})", file, e.toString());
    }
  }

  /**
   * Replaces whatever was configured before. A bad {@code HISSRV_LOG} or a file that can't be
   * written is a warning in the log, no failure: the service matters more than its log.
   *
   * @param environment where {@code HISSRV_LOG} is
   */
  public static void configure(Map<String, String> environment, LogOutput output) {
    LogLevels levels = LogLevels.parse(environment.getOrDefault(VARIABLE, ""));
    LoggerContext context = start(output.json());
    LogLevels.of(output.levels())
        .byLogger()
        .forEach((name, level) -> context.getLogger(name).setLevel(level));
    levels.byLogger().forEach((name, level) -> context.getLogger(name).setLevel(level));
    Logger log = LoggerFactory.getLogger(Logging.class);
    levels.problems().forEach(log::warn);
    Path logFile = output.file();
    if (logFile != null) {
      try {
        root(context).addAppender(Appenders.file(context, logFile, output));
      } catch (IOException e) {
        log.warn(
            "No log file: {} can't be written ({}); logging goes on here", logFile, e.toString());
      }
    }
  }

  /** The defaults, without a file: what holds until {@link #configure}. */
  static void defaults(LoggerContext context) {
    defaults(context, false);
  }

  private static void defaults(LoggerContext context, boolean json) {
    context.reset();
    var root = root(context);
    root.setLevel(Level.WARN);
    context.getLogger(LogLevels.ROOT).setLevel(Level.INFO);
    context.getLogger(AUDIT).setLevel(Level.INFO);
    // It reports a port in use on its own, with a stack trace, before our one sentence.
    context.getLogger("io.javalin.Javalin").setLevel(Level.OFF);
    root.addAppender(Appenders.console(context, json));
  }

  private static LoggerContext start(boolean json) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("another logging library than Logback is on the class path");
    }
    defaults(context, json);
    return context;
  }

  private static ch.qos.logback.classic.Logger root(LoggerContext context) {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
