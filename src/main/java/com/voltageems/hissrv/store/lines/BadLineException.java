package com.voltageems.hissrv.store.lines;

/** A line that is no point. */
public final class BadLineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * With what is wrong, for people.
   *
   * @param column of the character at fault, from 1
   */
  public BadLineException(int column, String reason) {
    super(reason, null, false, false);
    this.column = column;
  }

  /** Of the character at fault, from 1. */
  public int column() {
    return column;
  }
}
