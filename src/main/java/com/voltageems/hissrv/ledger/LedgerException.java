package com.voltageems.hissrv.ledger;

/** The ledger can't be read or written now. */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LedgerException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
