package com.voltageems.hissrv.store;

import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  private StoreException(boolean retryable, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** Trying the same again may help: it is down, busy, full. */
  public static StoreException retryable(String message, @Nullable Throwable cause) {
    return new StoreException(true, message, cause);
  }

  /** Only a person can mend this: a wrong token, a file of a newer version. */
  public static StoreException fatal(String message, @Nullable Throwable cause) {
    return new StoreException(false, message, cause);
  }

  /** Whether trying again may help without a person's hand. */
  public boolean retryable() {
    return retryable;
  }
}
