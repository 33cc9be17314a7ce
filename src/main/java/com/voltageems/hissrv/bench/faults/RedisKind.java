package com.voltageems.hissrv.bench.faults;

import java.nio.file.Path;

/** Which Redis instances share. */
public enum RedisKind {
  /** One server. */
  ONE,
  /** A master and a replica under three Sentinels. */
  SENTINEL,
  /** A Cluster of three masters, each with a replica. */
  CLUSTER;

  RedisUnderTest start(Path folder) {
    return switch (this) {
      case ONE -> new OneRedis(folder);
      case CLUSTER -> new RedisInCluster(folder);
      case SENTINEL -> new RedisWithSentinels(folder);
    };
  }
}
