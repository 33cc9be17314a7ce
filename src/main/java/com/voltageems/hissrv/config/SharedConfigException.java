package com.voltageems.hissrv.config;

import org.jspecify.annotations.Nullable;

/** What instances have in common can't be read or changed now. */
public final class SharedConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean overtaken;

  private SharedConfigException(String message, @Nullable Throwable cause, boolean overtaken) {
    super(message, cause);
    this.overtaken = overtaken;
  }

  /** It did not answer. */
  public static SharedConfigException away(Throwable cause) {
    return new SharedConfigException(String.valueOf(cause.getMessage()), cause, false);
  }

  /** Somebody else was quicker. */
  static SharedConfigException overtaken() {
    return new SharedConfigException("another instance has changed it meanwhile", null, true);
  }

  /** Whether somebody else was quicker; else it did not answer. */
  public boolean isOvertaken() {
    return overtaken;
  }
}
