package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.PrivateSentinels;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** A master and a replica under three Sentinels. */
final class RedisWithSentinels implements RedisUnderTest {
  private final PrivateSentinels servers;

  RedisWithSentinels(Path folder) {
    servers = PrivateSentinels.start(folder);
  }

  @Override
  public Set<Integer> ports() {
    return servers.ports();
  }

  @Override
  public String url(IntUnaryOperator way) {
    return servers.url(way);
  }

  @Override
  public List<Fault> faults() {
    return List.of(Fault.FAIL_OVER, Fault.LATE_FAIL_OVER, Fault.PAUSED_MASTER);
  }

  @Override
  public void awaitReplicated() {
    servers.awaitReplicated();
  }

  @Override
  public void holdReplicas() {
    servers.part();
  }

  @Override
  public void strike(Fault fault) {
    if (fault == Fault.PAUSED_MASTER) {
      servers.pauseMaster();
    } else {
      servers.killMaster();
    }
  }

  @Override
  public void awaitMaster() {
    servers.awaitTakeOver();
  }

  @Override
  public void mend() {
    servers.mend();
  }

  @Override
  public boolean hasForgotten() {
    return servers.hasTakenOver();
  }

  @Override
  public void close() {
    servers.close();
  }
}
