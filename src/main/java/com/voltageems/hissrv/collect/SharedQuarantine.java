package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.Sizes;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.QuarantineAwayException;
import com.voltageems.hissrv.outbox.QuarantineFilter;
import com.voltageems.hissrv.outbox.QuarantineMoves;
import com.voltageems.hissrv.outbox.QuarantineMoves.Move;
import com.voltageems.hissrv.outbox.QuarantineText;
import com.voltageems.hissrv.outbox.QuarantineTotals;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.Retrial;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That of all instances, in Redis. What this one sets aside gets there from its outbox by {@link
 * #move}; what is replayed becomes a list in flight, in the same step that takes it out. Safe for
 * any thread; methods of {@link Quarantine} throw {@link QuarantineAwayException}.
 */
final class SharedQuarantine implements Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(SharedQuarantine.class);

  /** So much may it take in Redis; what is more stays in the outboxes. */
  static final long MOST_BYTES = 64L << 20;

  /** All are in the queue's slot, so that a script can reach both. */
  private static final String SLOT = "{" + PendingQueue.PENDING + "}";

  private static final List<String> KEYS =
      List.of(
          "hissrv:quarantine:" + SLOT,
          "hissrv:quarantine:index:" + SLOT,
          "hissrv:quarantine:totals:" + SLOT);

  private static final Script SCRIPT = Script.fromResource("/lua/quarantine.lua");
  private static final Script ADD = Script.fromResource("/lua/quarantine-add.lua");

  /** Redis serves nobody else while it answers them. */
  private static final int ITEMS_PER_CALL = 500;

  private static final int BYTES_PER_CALL = 1 << 20;

  /** So often is looked for what matches in one page. */
  private static final int CALLS_PER_PAGE = 4;

  private static final int MOVES_PER_TURN = 20;
  private static final Duration REPLICA = Duration.ofSeconds(1);

  private final RedisConnection redis;
  private final QuarantineMoves moves;
  private final Supplier<String> instanceId;
  private final Supplier<PendingQueue> queue;
  private final long mostBytes;
  private volatile boolean full;

  /**
   * @param moves what this instance has set aside
   * @param instanceId must outlive a restart
   * @param queue where lists in flight are known
   */
  SharedQuarantine(
      RedisConnection redis,
      QuarantineMoves moves,
      Supplier<String> instanceId,
      Supplier<PendingQueue> queue,
      long mostBytes) {
    this.redis = redis;
    this.moves = moves;
    this.instanceId = instanceId;
    this.queue = queue;
    this.mostBytes = mostBytes;
  }

  /**
   * Brings what this instance has set aside to where all find it, as much as there is room for.
   *
   * @throws RedisException the rest later
   */
  void move() {
    for (int turn = 0; turn < MOVES_PER_TURN; turn++) {
      Move move = moves.next().orElse(null);
      if (move == null) {
        full = false;
        return;
      }
      if (!move(move)) {
        return;
      }
    }
  }

  private boolean move(Move move) {
    var arguments = new ArrayList<String>();
    arguments.add(instanceId.get());
    arguments.add(Long.toString(move.number()));
    arguments.add(Long.toString(mostBytes));
    move.items().forEach(item -> arguments.add(QuarantineText.of(item)));
    RedisConnection.Replicated answer =
        redis.evalReplicated(ADD, KEYS, arguments, REPLICA, "done"::equals);
    String said = String.valueOf(answer.answer());
    switch (said) {
      case "done" -> {
        if (!answer.replicated()) {
          LOG.debug("no replica has move {} of the quarantine yet", move.number());
          return false;
        }
        moves.done(move);
        full = false;
      }
      case "full" -> {
        if (!full) {
          LOG.warn("{}", fullness());
        }
        full = true;
        return false;
      }
      default -> moves.goOnBehind(Long.parseLong(said));
    }
    return true;
  }

  /** What to say when something waits for room here. */
  Optional<String> warning() {
    return full ? Optional.of(fullness()) : Optional.empty();
  }

  private String fullness() {
    return "the quarantine in Redis takes "
        + Sizes.format(mostBytes)
        + ", the most it may: what is set aside stays in this instance's outbox, unseen by /quarantine, and"
        + " its queue entries in flight. Replay or discard some of it";
  }

  @Override
  public Page page(QuarantineFilter filter, long after, int most) {
    var found = new ArrayList<Quarantined>();
    long position = after;
    boolean last = false;
    for (int calls = 0; calls < CALLS_PER_PAGE && found.isEmpty() && !last; calls++) {
      List<String> answer =
          texts(
              ask(
                  "page",
                  Long.toString(position),
                  Integer.toString(ITEMS_PER_CALL),
                  Integer.toString(BYTES_PER_CALL)));
      last = answer.getFirst().equals("all");
      for (int i = 1; i < answer.size(); i += 2) {
        Quarantined item = item(answer.get(i), answer.get(i + 1));
        position = item.id();
        if (filter.matches(item)) {
          found.add(item);
        }
        if (found.size() == most) {
          return new Page(found, position, last && i + 2 >= answer.size());
        }
      }
    }
    return new Page(found, position, last);
  }

  @Override
  public Optional<Quarantined> get(long id) {
    Object text = ((List<?>) ask("get", Long.toString(id))).getFirst();
    return Optional.ofNullable(text).map(found -> QuarantineText.read(id, found.toString()));
  }

  @Override
  public long last() {
    return numbers(ask("totals")).get(4);
  }

  @Override
  public QuarantineTotals totals() {
    List<Long> numbers = numbers(ask("totals"));
    return new QuarantineTotals(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
  }

  @Override
  public Optional<Quarantined> repair(
      Quarantined item, @Nullable String content, @Nullable Point point) {
    var mended =
        new Quarantined(
            item.id(),
            item.at(),
            item.entry(),
            content == null ? item.content() : content,
            point,
            item.reason(),
            item.revision() + 1);
    Object changed =
        ask(
            "repair",
            Long.toString(item.id()),
            Long.toString(item.revision()),
            QuarantineText.of(mended));
    return changed.equals(1L) ? Optional.of(mended) : Optional.empty();
  }

  @Override
  public List<Retrial> settle(Collection<Retrial> retrials) {
    List<Retrial> all = List.copyOf(retrials);
    var arguments = new ArrayList<String>();
    arguments.add("settle");
    for (Retrial retrial : all) {
      arguments.add(Long.toString(retrial.item().id()));
      arguments.add(Long.toString(retrial.item().revision()));
      String refusal = retrial.refusal();
      if (refusal != null) {
        arguments.add("refused");
        arguments.add(QuarantineText.of(refused(retrial.item(), refusal)));
      } else {
        arguments.add(retrial.points().isEmpty() ? "empty" : "queue");
        arguments.add(QuarantineText.replayed(retrial.item().entry(), retrial.points()));
      }
    }
    try {
      Object settled =
          queue
              .get()
              .fill(list -> {
                var keys = new ArrayList<>(KEYS);
                keys.add(list);
                keys.add(PendingQueue.LISTS);
                return redis.eval(SCRIPT, keys, arguments);
              });
      return numbers(settled).stream().map(i -> all.get(Math.toIntExact(i))).toList();
    } catch (RedisException e) {
      throw new QuarantineAwayException(e);
    }
  }

  private static Quarantined refused(Quarantined item, String reason) {
    return new Quarantined(
        item.id(),
        item.at(),
        item.entry(),
        item.content(),
        item.point(),
        reason,
        item.revision() + 1);
  }

  @Override
  public int discard(Collection<Long> ids) {
    var arguments = new ArrayList<String>();
    arguments.add("discard");
    ids.forEach(id -> arguments.add(Long.toString(id)));
    return ((Long) ask(arguments)).intValue();
  }

  private Object ask(String... arguments) {
    return ask(List.of(arguments));
  }

  private Object ask(List<String> arguments) {
    try {
      return redis.eval(SCRIPT, KEYS, arguments);
    } catch (RedisException e) {
      throw new QuarantineAwayException(e);
    }
  }

  private static Quarantined item(String id, String text) {
    return QuarantineText.read(Long.parseLong(id), text);
  }

  private static List<String> texts(Object answer) {
    return ((List<?>) answer).stream().map(String::valueOf).toList();
  }

  private static List<Long> numbers(Object answer) {
    return texts(answer).stream().map(Long::valueOf).toList();
  }
}
