package com.voltageems.hissrv.demo;

import org.jspecify.annotations.Nullable;

/** The demo's surroundings don't let it run. The message says what to do about it. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
