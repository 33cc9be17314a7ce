package com.voltageems.hissrv.aggregate;

/** Redis can't be asked now. Worth another try later. */
public final class AggregateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AggregateException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
