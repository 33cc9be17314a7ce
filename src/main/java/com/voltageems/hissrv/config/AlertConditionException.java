package com.voltageems.hissrv.config;

/** A condition that can't be evaluated, and where it is wrong. */
final class AlertConditionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AlertConditionException(String message) {
    super(message);
  }
}
