package com.voltageems.hissrv.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** The running service did not do what it was asked; the message says why, for the user. */
final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceException(String message) {
    super(message);
  }

  /** For people: a file that is not there says only its name. */
  static ServiceException of(IOException e) {
    return new ServiceException(
        e instanceof NoSuchFileException
            ? "there is no " + e.getMessage()
            : String.valueOf(e.getMessage()));
  }
}
