package com.voltageems.hissrv.sqlite;

import org.jspecify.annotations.Nullable;

/** A SQLite file could not be opened, read or written. Usually worth another try later. */
public final class SqliteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  SqliteException(boolean retryable, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** False when only a person can mend it: not a database, or written by a newer version. */
  public boolean retryable() {
    return retryable;
  }
}
