package com.voltageems.hissrv.outbox;

/** The quarantine that instances share can't be asked now; nothing is lost. */
public final class QuarantineAwayException extends OutboxException {
  private static final long serialVersionUID = 1L;

  /** For this reason. */
  public QuarantineAwayException(Throwable cause) {
    super(cause);
  }
}
