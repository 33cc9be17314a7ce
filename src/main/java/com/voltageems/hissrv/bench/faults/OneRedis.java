package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.PrivateRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** One server, which loses nothing. */
final class OneRedis implements RedisUnderTest {
  /** All is written before it is answered: a kill takes nothing, only the machine's end would. */
  private static final String[] ARGUMENTS = {"--appendonly", "yes", "--appendfsync", "no"};

  private final Path folder;
  private PrivateRedis server;

  OneRedis(Path folder) {
    this.folder = folder;
    server = PrivateRedis.start(folder, 0, ARGUMENTS);
  }

  @Override
  public Set<Integer> ports() {
    return Set.of(server.port());
  }

  @Override
  public String url(IntUnaryOperator way) {
    return "redis://127.0.0.1:" + way.applyAsInt(server.port());
  }

  @Override
  public List<Fault> faults() {
    return List.of(Fault.RESTART);
  }

  @Override
  public void awaitReplicated() {
    // There is no other.
  }

  @Override
  public void strike(Fault fault) {
    server.kill();
  }

  @Override
  public void awaitMaster() {
    server = PrivateRedis.start(folder, server.port(), ARGUMENTS);
  }

  @Override
  public void mend() {
    // It is there.
  }

  @Override
  public void close() {
    server.close();
  }
}
