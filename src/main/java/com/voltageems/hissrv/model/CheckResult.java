package com.voltageems.hissrv.model;

/**
 * What a component says when asked how it is.
 *
 * @param ok whether it does its work
 * @param message what is wrong, in words for an operator; "ok" or a short fact when nothing is
 */
public record CheckResult(boolean ok, String message) {
  /** All is well. */
  public static final CheckResult OK = new CheckResult(true, "ok");

  /** All is well, with a fact worth telling. */
  public static CheckResult ok(String message) {
    return new CheckResult(true, message);
  }

  /** Something is wrong. */
  public static CheckResult down(String message) {
    return new CheckResult(false, message);
  }
}
