package com.voltageems.hissrv.observe;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Found by Logback at the first log line: without it everything down to {@code debug} would go to
 * standard output until {@link Logging#configure}.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
  /** For Logback. */
  public QuietStart() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Logging.defaults(context);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
