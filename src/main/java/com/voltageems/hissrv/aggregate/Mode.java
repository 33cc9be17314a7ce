package com.voltageems.hissrv.aggregate;

/** How the scripts treat the time they are given. */
public enum Mode {
  /** A time more than two seconds off Redis's own is refused. */
  LIVE("live"),
  /** Any time goes: tests, back-fill, cron with a given time. */
  REPLAY("replay");

  final String argument;

  Mode(String argument) {
    this.argument = argument;
  }
}
