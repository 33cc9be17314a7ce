package com.voltageems.hissrv.model;

/** What can be stored of a point and window: what folds, or a function over every value. */
public sealed interface Summary permits Statistic, ValueFunction {
  /** What its field ends with. */
  String label();
}
