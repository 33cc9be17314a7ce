package com.voltageems.hissrv.cli;

/** The running service did not do what it was asked; the message says why, for the user. */
final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceException(String message) {
    super(message);
  }
}
