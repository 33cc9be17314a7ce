package com.voltageems.hissrv.parquet;

/** A value that a Parquet column can't hold as it is; what was written is no whole file. */
public final class UnsuitableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsuitableException(String message) {
    super(message);
  }
}
