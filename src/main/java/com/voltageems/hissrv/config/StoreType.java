package com.voltageems.hissrv.config;

/** Which engine keeps the history. */
public enum StoreType {
  /** The embedded one. */
  SQLITE,
  /** What {@code influxdb:} describes. */
  INFLUXDB
}
