package com.voltageems.hissrv.http;

/** The API can't be served; the message is one sentence for an operator. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ApiException(String message, Throwable cause) {
    super(message, cause);
  }
}
