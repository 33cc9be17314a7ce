package com.voltageems.hissrv.model;

/** A part of the service that can be asked how it is. */
public interface Component {
  /** Its name in {@code /health}, lower case. */
  String name();

  /** A cheap, repeatable question. Never throws; answers within a second or so. */
  CheckResult check();
}
