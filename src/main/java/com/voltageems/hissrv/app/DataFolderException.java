package com.voltageems.hissrv.app;

import org.jspecify.annotations.Nullable;

/** The data directory can't be had; the message is one sentence for an operator. */
public final class DataFolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataFolderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
