package com.voltageems.hissrv.model;

import org.jspecify.annotations.Nullable;

/**
 * What a component says when asked how it is.
 *
 * @param ok whether it does its work
 * @param message what is wrong, in words for an operator; "ok" or a short fact when nothing is
 * @param warning what will go wrong unless somebody does something, and what to do; null when
 *     nothing is known to
 */
public record CheckResult(boolean ok, String message, @Nullable String warning) {
  /** All is well. */
  public static final CheckResult OK = ok("ok");

  /** All is well, with a fact worth telling. */
  public static CheckResult ok(String message) {
    return new CheckResult(true, message, null);
  }

  /** It does its work, as yet. */
  public static CheckResult warning(String message, String warning) {
    return new CheckResult(true, message, warning);
  }

  /** Something is wrong. */
  public static CheckResult down(String message) {
    return new CheckResult(false, message, null);
  }
}
