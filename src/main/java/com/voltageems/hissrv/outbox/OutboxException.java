package com.voltageems.hissrv.outbox;

/** The outbox can't be read or written now; nothing has changed. Worth another try later. */
public class OutboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutboxException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
