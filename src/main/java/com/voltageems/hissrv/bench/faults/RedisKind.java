package com.voltageems.hissrv.bench.faults;

import java.nio.file.Path;

/** Which Redis instances share. */
public enum RedisKind {
  /** One server. */
  ONE;

  RedisUnderTest start(Path folder) {
    return switch (this) {
      case ONE -> new OneRedis(folder);
    };
  }
}
