package com.voltageems.hissrv.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** The running service did not do what it was asked; the message says why, for the user. */
final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean mayPass;

  ServiceException(String message) {
    this(message, false);
  }

  private ServiceException(String message, boolean mayPass) {
    super(message);
    this.mayPass = mayPass;
  }

  /** The same may go well a moment later: nobody answers, or the answer broke off. */
  static ServiceException passing(String message) {
    return new ServiceException(message, true);
  }

  /** Whether the same may go well a moment later. */
  boolean mayPass() {
    return mayPass;
  }

  /** For people: a file that is not there says only its name. */
  static ServiceException of(IOException e) {
    return new ServiceException(
        e instanceof NoSuchFileException
            ? "there is no " + e.getMessage()
            : String.valueOf(e.getMessage()));
  }
}
