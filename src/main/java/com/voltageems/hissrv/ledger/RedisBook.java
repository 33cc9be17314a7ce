package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.redis.ScriptCall;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ledger of several instances, in Redis. Each tells what it saw itself; what is told twice, or
 * by two, is the same, so nothing has to be fenced. Of its own an instance keeps only its life.
 */
final class RedisBook implements Book {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBook.class);
  private static final Script SCRIPT = Script.fromResource("/lua/ledger.lua");

  /** How often it looks at all sources, for some that another one had seen earlier. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  /** What was written so long before a fail-over may be forgotten by it. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

  /** In {@link DayKeys#begun}. */
  private static final String BEGUN = "";

  private final Shared shared;
  private final LedgerKeeper own;
  private final List<Level> levels;
  private final LongUnaryOperator windowStart;
  private final InstantSource clock;
  private final LedgerCalls calls;
  private final LastRead last = new LastRead();
  private volatile @Nullable Long begunMillis;
  private volatile @Nullable String trouble;
  private volatile @Nullable Instant tooLittleSince;
  private final Map<String, Long> told = new HashMap<>();
  private List<Long> known = List.of();
  private boolean isThere;
  private boolean isAnew;
  private long lookedMillis = Long.MIN_VALUE;
  private long writtenMillis = Long.MAX_VALUE;

  /**
   * @param windowStart of the finest level's window that has a moment, epoch milliseconds
   */
  RedisBook(
      Shared shared,
      LedgerKeeper own,
      List<Level> levels,
      LongUnaryOperator windowStart,
      InstantSource clock) {
    this.shared = shared;
    calls = new LedgerCalls(shared.retention());
    this.own = own;
    this.levels = levels;
    this.windowStart = windowStart;
    this.clock = clock;
  }

  @Override
  public CheckResult check() {
    String why = trouble;
    if (why != null) {
      return CheckResult.down(why + "; what was known before is told");
    }
    CheckResult check = own.check();
    Long begun = begunMillis;
    return check.ok() && begun != null
        ? CheckResult.ok("of all instances, knows since " + Instant.ofEpochMilli(begun))
        : check;
  }

  @Override
  public Optional<Found> open() {
    Life life = own.open().map(Found::life).orElse(null);
    Map<String, Long> since = Map.of();
    try {
      since = look(clock.millis());
      isThere = true;
    } catch (RedisException e) {
      failed(e);
      isThere = false;
    }
    return life == null && since.isEmpty() ? Optional.empty() : Optional.of(new Found(life, since));
  }

  /** Which sources others have seen: of parts that have grown, and now and then of all. */
  private Map<String, Long> look(long now) {
    boolean isForAll = begunMillis == null || Math.abs(now - lookedMillis) >= LOOK.toMillis();
    List<String> keys = DayKeys.allSince();
    List<Long> counts = shared.redis().hashSizes(keys);
    if (counts.equals(known) && !isForAll) {
      return Map.of();
    }
    List<String> grown =
        IntStream.range(0, keys.size())
            .filter(i -> isForAll || !counts.get(i).equals(known.get(i)))
            .mapToObj(keys::get)
            .toList();
    var since = new HashMap<String, Long>();
    for (Optional<Map<String, String>> part : shared.redis().hashes(grown)) {
      part.orElse(Map.of())
          .forEach((source, start) -> {
            if (SECONDS.matcher(start).matches()) {
              since.put(source, Long.parseLong(start) * 1_000);
            }
          });
    }
    Long begun = since.remove(BEGUN);
    if (grown.contains(DayKeys.begun())) {
      begin(begun, now);
    }
    if (isForAll) {
      tellAgain(since);
      shared.redis().expire(keys, shared.retention());
      lookedMillis = now;
    }
    known = isAnew ? List.of() : counts;
    return since;
  }

  /** What a fail-over has forgotten. */
  private void tellAgain(Map<String, Long> there) {
    var forgotten = new HashMap<String, Long>(told);
    forgotten.keySet().removeAll(there.keySet());
    evaluate(calls.sinces(forgotten));
  }

  private void begin(@Nullable Long begun, long now) {
    long since = begun == null ? Math.floorDiv(now, 1_000) * 1_000 : begun;
    Long before = begunMillis;
    if (before != null && since > before) {
      isAnew = true;
      told.clear();
    }
    if (begun == null) {
      evaluate(List.of(calls.since(DayKeys.begun(), List.of(BEGUN, Long.toString(since / 1_000)))));
    }
    begunMillis = since;
  }

  @Override
  public Outcome write(Marks marks, State state) {
    if (!isThere) {
      return Outcome.FAILED;
    }
    if (isAnew) {
      isAnew = false;
      LOG.warn("the ledger begins anew: Redis has nothing of it any more");
      return Outcome.BEGUN_ANEW;
    }
    try {
      evaluate(calls.sinces(marks.sourcesSince));
      told.putAll(marks.sourcesSince);
      evaluate(calls.runs(marks, clock.millis()));
    } catch (RedisException e) {
      failed(e);
      return Outcome.FAILED;
    }
    if (trouble != null) {
      LOG.info("the ledger can be written again");
      tooLittleSince =
          Instant.ofEpochMilli(Math.min(writtenMillis, clock.millis())).minus(FORGOTTEN);
      trouble = null;
    }
    writtenMillis = clock.millis();
    Outcome _ = own.write(new Marks(), state);
    return Outcome.WRITTEN;
  }

  private void failed(RedisException e) {
    if (trouble == null) {
      LOG.warn("the ledger can't be written, will try again: {}", e.getMessage());
    }
    trouble = String.valueOf(e.getMessage());
  }

  private void evaluate(List<ScriptCall> calls) {
    if (!calls.isEmpty()) {
      List<Object> _ = shared.redis().eval(SCRIPT, calls);
    }
  }

  private long sinceMillis() {
    return clock.millis() - shared.retention().toMillis();
  }

  @Override
  public Optional<Long> knownSinceMillis() {
    return Optional.ofNullable(begunMillis).map(begun -> Math.max(begun, sinceMillis()));
  }

  @Override
  public Optional<Instant> knowsTooLittleSince() {
    return Stream.concat(own.knowsTooLittleSince().stream(), Stream.ofNullable(tooLittleSince))
        .min(Instant::compareTo);
  }

  @Override
  public void reconciled() {
    own.reconciled();
    tooLittleSince = null;
  }

  @Override
  public Reading read(long fromMillis, long toMillis) {
    Long begun = begunMillis;
    long since = sinceMillis();
    var time =
        new RedisReading.Time(
            Math.max(fromMillis, since),
            toMillis,
            clock.millis(),
            begun == null ? since : begun,
            since);
    return new RedisReading(shared, levels, windowStart, last, time);
  }

  @Override
  public void close() {
    own.close();
  }
}
