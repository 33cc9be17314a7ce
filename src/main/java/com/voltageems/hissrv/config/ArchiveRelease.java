package com.voltageems.hissrv.config;

/** When archives that are on disk and folded leave Redis. */
public enum ArchiveRelease {
  /** After their two hours, or earlier when archives take more memory than they may. */
  TTL,
  /** At once. */
  DURABLE
}
