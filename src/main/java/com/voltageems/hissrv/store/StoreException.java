package com.voltageems.hissrv.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What can help. */
  public enum Kind {
    /** Time: it is down, busy, full. */
    RETRYABLE,
    /** A person: a wrong token, no such bucket, a file of a newer version. No point is to blame. */
    FATAL,
    /**
     * Smaller batches: some of the points, or the whole request, are refused; it did not say which.
     */
    REFUSED,
    /** Smaller batches: some of the points are refused for what they are; it did not say which. */
    BAD_POINTS,
    /** Smaller batches: there is too much in this one. */
    TOO_LARGE,
    /** Nothing: this store has no such thing. */
    UNSUPPORTED
  }

  private final Kind kind;
  private final Duration retryAfter;

  private StoreException(
      Kind kind, Duration retryAfter, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Trying the same again may help: it is down, busy, full. */
  public static StoreException retryable(String message, @Nullable Throwable cause) {
    return new StoreException(Kind.RETRYABLE, Duration.ZERO, message, cause);
  }

  /** Trying the same again may help, but not before so much time has gone by. */
  public static StoreException busy(String message, Duration retryAfter) {
    return new StoreException(Kind.RETRYABLE, retryAfter, message, null);
  }

  /** Only a person can mend this: a wrong token, a file of a newer version. */
  public static StoreException fatal(String message, @Nullable Throwable cause) {
    return new StoreException(Kind.FATAL, Duration.ZERO, message, cause);
  }

  /** No store of this kind does that. */
  public static StoreException unsupported(String message) {
    return new StoreException(Kind.UNSUPPORTED, Duration.ZERO, message, null);
  }

  /**
   * The batch can't be taken as it is.
   *
   * @param kind one of {@link Kind#REFUSED}, {@link Kind#BAD_POINTS}, {@link Kind#TOO_LARGE}
   * @param message the store's own words
   */
  public static StoreException refused(Kind kind, String message) {
    return new StoreException(kind, Duration.ZERO, message, null);
  }

  /** What can help. */
  public Kind kind() {
    return kind;
  }

  /** Whether trying again may help without a person's hand. */
  public boolean retryable() {
    return kind == Kind.RETRYABLE;
  }

  /** The store asked not to be asked before; zero when it did not. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
