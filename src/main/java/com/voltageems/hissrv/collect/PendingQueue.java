package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * {@code archive:pending} and this instance's batches of it that are in flight. Entries are moved,
 * never popped, and every batch is a list of its own whose name is never used again: a command that
 * Redis carries out late, after its caller gave up, can't touch another batch. What was taken and
 * not released is found again by {@link #take}, after a crash too.
 */
final class PendingQueue {
  static final String PENDING = "archive:pending";

  /** Documents larger than a batch may be are kept here, for somebody to look at. */
  static final String OVERSIZED = "{" + PENDING + "}:oversized";

  /** So begins what stands for such a document. */
  static final String OVERSIZED_ENTRY = "oversized:";

  /** The names of all lists in flight, of every instance; where instances share the queue. */
  static final String LISTS = "hissrv:inflight:{" + PENDING + "}";

  /** A batch holds less than twice as much; a larger document is not read at all. */
  static final int BATCH_BYTES = 1 << 20;

  /** Redis serves nobody else while it moves them. */
  private static final int MOST_ENTRIES = 500;

  /** A command whose caller gave up may still be carried out for so long. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final int RENEWED_PER_CALL = 100;

  private static final Script SCRIPT = Script.fromResource("/lua/pending.lua");

  private final RedisConnection redis;
  private final InstantSource clock;
  private final String prefix;
  private final boolean shared;
  private final List<String> held = new CopyOnWriteArrayList<>();

  /** All of them is in the outbox; they stay until the store has it. */
  private final Set<String> carried = ConcurrentHashMap.newKeySet();

  private volatile boolean searchDue = true;
  private long disturbances;
  private volatile long searchUntilMillis = Long.MIN_VALUE;
  private final AtomicLong batches = new AtomicLong();

  /**
   * Some entries in flight.
   *
   * @param list their list in Redis
   * @param entries oldest first
   */
  record Batch(String list, List<String> entries) {}

  /**
   * One instance's view.
   *
   * @param instanceId must outlive a restart
   * @param shared whether other instances take from the queue, too
   * @param carried lists that a process before this one has carried over
   */
  PendingQueue(
      RedisConnection redis,
      String instanceId,
      InstantSource clock,
      boolean shared,
      Set<String> carried) {
    this.redis = redis;
    this.shared = shared;
    this.carried.addAll(carried);
    this.clock = clock;
    prefix = "{" + PENDING + "}:" + instanceId + ":";
  }

  /**
   * The oldest batch not released yet, else up to {@code most} new entries; no entries when there
   * are none. For one thread.
   */
  Batch take(int most) {
    searchAfterDisturbance();
    try {
      if (searchDue || clock.millis() < searchUntilMillis) {
        search();
      }
      while (!held.isEmpty()) {
        String list = held.getFirst();
        List<String> entries = redis.list(list).reversed();
        if (!entries.isEmpty()) {
          return new Batch(list, entries);
        }
        held.remove(list);
      }
      return takeNew(Math.min(most, MOST_ENTRIES));
    } catch (RedisException e) {
      searchForLateOnes();
      throw e;
    }
  }

  /** What was asked for may be done though nobody has answered, and perhaps later. */
  private void searchForLateOnes() {
    searchUntilMillis = clock.millis() + LATE.toMillis();
    searchDue = true;
  }

  /** Whoever met it: a Redis that took over may have lists that were released before. */
  private void searchAfterDisturbance() {
    long now = redis.disturbances();
    if (now != disturbances) {
      disturbances = now;
      searchForLateOnes();
    }
  }

  /** Forgets what {@link #take} gave. */
  void release(Batch batch) {
    try {
      redis.unlink(batch.list());
      held.remove(batch.list());
    } catch (RedisException e) {
      searchDue = true;
      throw e;
    }
  }

  /** Leaves a batch in flight that is in the outbox: {@link #take} does not give it again. */
  void carry(Batch batch) {
    carried.add(batch.list());
    held.remove(batch.list());
  }

  /**
   * Forgets a batch that was carried over, and queues entries again, in one step. Does no harm when
   * somebody else has adopted it.
   */
  void release(String list, List<String> again) {
    var arguments = new ArrayList<String>();
    arguments.add("release");
    arguments.addAll(again);
    Object _ = redis.eval(SCRIPT, List.of(PENDING, list, LISTS), arguments);
    carried.remove(list);
  }

  /** How many entries wait or are in flight, but those that are in the outbox. */
  long length() {
    long length = redis.length(PENDING);
    for (String list : held) {
      length += redis.length(list);
    }
    return length;
  }

  /**
   * Sets the time to live of archives that wait or are in flight, the oldest first, until they take
   * so many bytes. Returns whether these were all.
   */
  boolean renewArchives(Duration timeToLive, long mostBytes) {
    searchDue = true;
    long room = mostBytes;
    var lists = new TreeSet<>(held);
    lists.addAll(carried);
    for (String list : lists) {
      room = renewArchives(list, timeToLive, room);
    }
    return renewArchives(PENDING, timeToLive, room) > 0;
  }

  /** Returns the room that is left. */
  private long renewArchives(String list, Duration timeToLive, long room) {
    long length = redis.length(list);
    long left = room;
    for (long skip = 0; skip < length && left > 0; skip += RENEWED_PER_CALL) {
      var arguments = List.of("archives", Long.toString(skip), Integer.toString(RENEWED_PER_CALL));
      List<String> archives = texts(redis.eval(SCRIPT, List.of(list), arguments));
      redis.expire(archives, timeToLive);
      left -= redis.sizes(archives).stream().mapToLong(Long::longValue).sum();
    }
    return left;
  }

  /** Adds entries, as the youngest. */
  void add(List<String> entries) {
    for (int from = 0; from < entries.size(); from += MOST_ENTRIES) {
      var arguments = new ArrayList<String>();
      arguments.add("add");
      arguments.addAll(entries.subList(from, Math.min(from + MOST_ENTRIES, entries.size())));
      Object _ = redis.eval(SCRIPT, List.of(PENDING), arguments);
    }
  }

  /** A batch's name that was never used. */
  String newList() {
    return "%s%013d-%09d-%s"
        .formatted(prefix, clock.millis(), batches.getAndIncrement(), UUID.randomUUID());
  }

  /** A list under one of our names that was filled by other means. For any thread. */
  void hold(String list) {
    synchronized (held) {
      held.add(list);
    }
  }

  /**
   * Has a list filled that {@link #take} gives from then on; none when it was left empty. For any
   * thread.
   *
   * @param filling is given a name that was never used
   */
  <T> T fill(Function<String, T> filling) {
    String list = newList();
    try {
      T answer = filling.apply(list);
      hold(list);
      return answer;
    } catch (RedisException e) {
      searchForLateOnes();
      throw e;
    }
  }

  private Batch takeNew(int most) {
    String list = newList();
    held.add(list);
    var keys =
        shared ? List.of(PENDING, list, OVERSIZED, LISTS) : List.of(PENDING, list, OVERSIZED);
    var arguments = List.of("take", Integer.toString(most), Integer.toString(BATCH_BYTES));
    List<String> entries = texts(redis.eval(SCRIPT, keys, arguments));
    if (entries.isEmpty()) {
      held.remove(list);
    }
    return new Batch(list, entries);
  }

  /** Finds what a process before this one had in flight, and what a late command moved. */
  private void search() {
    searchDue = false;
    var found = new TreeSet<String>();
    redis.scan(prefix + "*", found::add);
    synchronized (held) {
      found.addAll(held);
      found.removeAll(carried);
      held.clear();
      held.addAll(found);
    }
  }

  private static List<String> texts(Object answer) {
    return ((List<?>) answer).stream().map(String::valueOf).toList();
  }
}
