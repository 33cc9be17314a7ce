package com.voltageems.hissrv.config;

/** Which generation of InfluxDB's interface is spoken. */
public enum InfluxVersion {
  /** What the server says it is. */
  AUTO,
  /** Databases, user and password: {@code /write}. */
  V1,
  /** Buckets and tokens: {@code /api/v2/write}. */
  V2,
  /** As {@link #V2}, without organisations. */
  V3
}
