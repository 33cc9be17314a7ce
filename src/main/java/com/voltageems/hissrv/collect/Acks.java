package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.outbox.CarriedLists.Carried;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.DurableArchive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets lists in flight go when the store has what was made of them. An instance that was slow may
 * have brought the store an older revision of an archive than another instance before it: then the
 * newer one is queued again. For one thread.
 */
final class Acks {
  private static final Logger LOG = LoggerFactory.getLogger(Acks.class);
  private static final List<String> HEADER = List.of(Revision.FIELD, Revision.COLLECTED);

  private final RedisConnection redis;
  private final Outbox outbox;
  private final Consumer<List<DurableArchive>> onStored;
  private final Map<String, List<DurableArchive>> durable = new HashMap<>();

  /**
   * @param onStored is told of archives that the store has, and that were written only once: of
   *     others an older revision may still be on its way, and only Redis can tell
   */
  Acks(RedisConnection redis, Outbox outbox, Consumer<List<DurableArchive>> onStored) {
    this.redis = redis;
    this.outbox = outbox;
    this.onStored = onStored;
  }

  /** All of this is in the outbox. */
  void await(String list, List<DurableArchive> archives) {
    durable.put(list, archives.stream().filter(one -> one.revision() == 1).toList());
  }

  /**
   * Lets go of what the store has.
   *
   * @param isSafe asked before anything is let go: whether what is known of it would outlive this
   *     host
   * @return how many archives had to be queued again
   */
  int settle(PendingQueue queue, BooleanSupplier isSafe) {
    List<Carried> settled = outbox.carried().settled();
    if (settled.isEmpty() || !isSafe.getAsBoolean()) {
      return 0;
    }
    int again = 0;
    for (Carried one : settled) {
      List<String> newer = newerElsewhere(one);
      queue.release(one.list(), newer);
      again += newer.size();
    }
    outbox.carried().forget(settled);
    for (Carried one : settled) {
      List<DurableArchive> archives = durable.remove(one.list());
      if (archives != null) {
        onStored.accept(archives);
      }
    }
    if (again > 0) {
      LOG.info("{} archives are queued again: others had taken a newer revision", again);
    }
    return again;
  }

  /** One that nobody has taken yet comes through the queue by itself, after this. */
  private List<String> newerElsewhere(Carried carried) {
    List<String> names = List.copyOf(carried.archives().keySet());
    List<Optional<Map<String, String>>> headers = redis.hashes(names, HEADER);
    var newer = new ArrayList<String>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Map<String, String> header = headers.get(i).orElse(Map.of());
      long revision = Revision.of(header);
      boolean isTaken = Revision.taken(header) >= revision;
      if (revision > carried.archives().getOrDefault(name, revision)
          && isTaken
          && !isOurs(name, revision)) {
        newer.add(name);
      }
    }
    return newer;
  }

  /** What this instance takes itself reaches the store in its order. */
  private boolean isOurs(String name, long revision) {
    return ArchiveKey.parse(name)
        .filter(key -> outbox.collected().revisionOf(name, key.startSeconds()) >= revision)
        .isPresent();
  }
}
