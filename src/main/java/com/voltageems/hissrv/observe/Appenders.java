package com.voltageems.hissrv.observe;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where log lines go. */
final class Appenders {
  /** A message's further lines are indented: what others wrote into it can't pass for a line. */
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level"
          + " %replace(%logger){'^com\\.voltageems\\.hissrv\\.', ''}:"
          + " %replace(%msg){'\\r?\\n|\\r', '\n    '}%n";

  private Appenders() {}

  /** Standard error: standard output belongs to the commands' answers. */
  static Appender<ILoggingEvent> console(LoggerContext context, boolean json) {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, json));
    appender.start();
    return appender;
  }

  /**
   * A file that starts anew each day (UTC) and at its size.
   *
   * @throws IOException when it can't be written
   */
  static Appender<ILoggingEvent> file(LoggerContext context, Path file, LogOutput output)
      throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();

    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(target.toString());
    var policy = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
    policy.setContext(context);
    policy.setParent(appender);
    String base = target.toString().replaceFirst("\\.log$", "");
    policy.setFileNamePattern(base + ".%d{yyyy-MM-dd, UTC}.%i.log");
    policy.setMaxFileSize(new FileSize(output.fileSize()));
    policy.setMaxHistory(output.days());
    policy.setTotalSizeCap(new FileSize(output.totalSize()));
    policy.setCleanHistoryOnStart(true);
    policy.start();
    appender.setRollingPolicy(policy);
    appender.setEncoder(encoder(context, output.json()));
    appender.start();
    if (!appender.isStarted()) {
      throw new IOException("the log file could not be opened");
    }
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json) {
    if (json) {
      var encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.setWithFormattedMessage(true);
      encoder.setWithMessage(false);
      encoder.setWithArguments(false);
      encoder.setWithContext(false);
      encoder.setWithSequenceNumber(false);
      encoder.setWithNanoseconds(false);
      encoder.start();
      return encoder;
    }
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }
}
