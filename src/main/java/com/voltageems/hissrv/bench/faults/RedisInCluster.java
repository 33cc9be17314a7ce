package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.PrivateCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** Three masters, each with a replica. Each is struck in its turn. */
final class RedisInCluster implements RedisUnderTest {
  /** What all instances share, and some sources. */
  private static final List<String> MOVED =
      List.of(
          "archive:pending", "hissrv:{lease}:members", "comsrv:1:m", "comsrv:2:m", "comsrv:3:m");

  private final PrivateCluster servers;
  private Fault last = Fault.SLOT_MOVE;
  private int turn;

  RedisInCluster(Path folder) {
    servers = PrivateCluster.startWithReplicas(folder);
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
    return List.of(Fault.FAIL_OVER, Fault.LATE_FAIL_OVER, Fault.PAUSED_MASTER, Fault.SLOT_MOVE);
  }

  @Override
  public void awaitReplicated() {
    servers.awaitReplicated();
  }

  @Override
  public void holdReplicas() {
    servers.part(turn);
  }

  @Override
  public void strike(Fault fault) {
    last = fault;
    switch (fault) {
      case SLOT_MOVE -> {
        for (int i = 0; i < MOVED.size(); i++) {
          servers.move(MOVED.get(i), (turn + i) % servers.size());
        }
      }
      case PAUSED_MASTER -> servers.pause(turn);
      default -> servers.kill(turn);
    }
  }

  @Override
  public void awaitMaster() {
    if (last == Fault.SLOT_MOVE) {
      servers.awaitHealth();
    } else {
      servers.awaitTakeOver(turn);
    }
  }

  @Override
  public void mend() {
    if (last != Fault.SLOT_MOVE) {
      servers.mend(turn);
    }
    turn = (turn + 1) % servers.size();
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
