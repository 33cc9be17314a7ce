package com.voltageems.hissrv.transform;

/** The catalog can't be read or written now; nothing has changed. Worth another try later. */
public final class CatalogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CatalogException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
