package com.voltageems.hissrv.architecture.broken.cli;

import com.voltageems.hissrv.architecture.broken.store.Store;
import java.time.Instant;
import java.time.InstantSource;

record SeesAll(Store store) {
  InstantSource wires() {
    return InstantSource.system();
  }

  Instant readsClock() {
    return Instant.now();
  }
}
