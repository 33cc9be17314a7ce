package com.voltageems.hissrv.redis;

/** Redis did not answer, or refused. Always worth another try later. */
public final class RedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What is at the bottom of it. */
  static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
