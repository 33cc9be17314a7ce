package com.voltageems.hissrv.bench.faults;

import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** The Redis that instances share: one server or several. For one thread. */
interface RedisUnderTest extends AutoCloseable {
  /** What can become of it. */
  enum Fault {
    /** Killed and started again, with all it was told. */
    RESTART("Redis is killed and started again", false),
    /** A master is killed; a replica takes over, and has it for its own when it comes back. */
    FAIL_OVER("a master is killed", true),
    /** The same when the replica had not heard of the last samples. */
    LATE_FAIL_OVER("a master is killed whose replica is behind", true),
    /** A master stands still until a replica has taken over, and wakes up as a master. */
    PAUSED_MASTER("a master stands still", true),
    /** Slots move to other masters, with their keys. */
    SLOT_MOVE("slots move", false);

    private final String words;
    private final boolean forgets;

    Fault(String words, boolean forgets) {
      this.words = words;
      this.forgets = forgets;
    }

    String words() {
      return words;
    }

    /** Whether what was just written may be forgotten. */
    boolean forgets() {
      return forgets;
    }
  }

  /** Every server an instance may talk to. */
  Set<Integer> ports();

  /**
   * For {@code redis.url}.
   *
   * @param way where a port is reached
   */
  String url(IntUnaryOperator way);

  List<Fault> faults();

  /** Returns when every replica has all that was written by now. */
  void awaitReplicated();

  /** Replicas hear of nothing more until the fault that follows. */
  default void holdReplicas() {}

  /** Begins a fault. Returns at once; {@link #awaitMaster} when somebody serves again. */
  void strike(Fault fault);

  /** Returns when all keys are served again. */
  void awaitMaster();

  /** All servers are there again, and none takes itself for a master that is not. */
  void mend();

  /** Whether a replica has taken over, since this was asked last, that no fault made to. */
  default boolean hasForgotten() {
    return false;
  }

  @Override
  void close();
}
