package com.voltageems.hissrv.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Three instances with leases, as processes, on real servers. */
class InstancesIT {
  @Test
  void nothingIsLostDoubledOrWrongWhateverBecomesOfInstancesOnOneRedis() {
    verify(RedisKind.ONE, 241, 2);
  }

  @Test
  void norUnderSentinelsThatFailOverToAReplicaThatIsBehind() {
    verify(RedisKind.SENTINEL, 107, 2);
  }

  @Test
  void norOnAClusterWhoseMasterIsKilled() {
    verify(RedisKind.CLUSTER, 184, 2);
  }

  private static void verify(RedisKind redis, long seed, int faults) {
    var result = new InstanceBench(redis, 3).run(seed, faults, System.out);
    assertThat(result.violations()).isEmpty();
    assertThat(result.faults()).isEqualTo(faults);
    assertThat(result.takeOvers()).isNotEmpty();
    assertThat(result.failOvers()).isNotEmpty();
    assertThat(result.whole()).as("of %d windows", result.windows()).isPositive();
  }
}
