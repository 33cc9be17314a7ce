package com.voltageems.hissrv.demo;

import java.time.Instant;
import java.time.InstantSource;

/** Stands where the back-fill has got to. */
final class ReplayClock implements InstantSource {
  private volatile long millis;

  ReplayClock(long millis) {
    this.millis = millis;
  }

  void set(long millis) {
    this.millis = millis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
