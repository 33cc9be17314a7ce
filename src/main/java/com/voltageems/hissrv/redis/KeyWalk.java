package com.voltageems.hissrv.redis;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import redis.clients.jedis.resps.ScanResult;

/**
 * A walk of the keyspace, of every master of a cluster in turn, that is taken a step at a time and
 * may rest in between. Whoever finishes a round has seen every key that was there all the time; a
 * key may be seen more than once. For one thread.
 */
public final class KeyWalk {
  private final Supplier<? extends Collection<String>> masters;
  private final BiFunction<String, String, ScanResult<String>> page;
  private final Deque<String> left = new ArrayDeque<>();
  private String cursor = KeyScanner.START;

  /**
   * @param masters their names
   * @param page asks a master for the step at a cursor
   */
  KeyWalk(
      Supplier<? extends Collection<String>> masters,
      BiFunction<String, String, ScanResult<String>> page) {
    this.masters = masters;
    this.page = page;
  }

  /**
   * The next keys, often none, a few hundred at most.
   *
   * @throws RedisException and then the next step is this one again
   */
  public List<String> step() {
    if (left.isEmpty()) {
      left.addAll(masters.get());
    }
    ScanResult<String> found = page.apply(left.getFirst(), cursor);
    cursor = found.getCursor();
    if (cursor.equals(KeyScanner.START)) {
      left.removeFirst();
    }
    return found.getResult();
  }

  /** Whether the next step is the first of a round. */
  public boolean isAtStart() {
    return left.isEmpty();
  }

  /** Gives up the round: the next step is the first of another one. */
  public void startAgain() {
    left.clear();
    cursor = KeyScanner.START;
  }
}
