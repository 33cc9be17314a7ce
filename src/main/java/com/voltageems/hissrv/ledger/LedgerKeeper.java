package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledger's file: a damaged one is put aside, a lost one not waited for. The ledger then
 * begins anew; the service goes on all the while.
 */
final class LedgerKeeper implements Book {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerKeeper.class);

  private final Path path;
  private final InstantSource clock;
  private LedgerFile file;
  private volatile @Nullable Life life;
  private volatile @Nullable Instant tooLittleSince;
  private volatile @Nullable String trouble;
  private volatile @Nullable String warning;

  LedgerKeeper(Path path, InstantSource clock) {
    this.path = path;
    this.clock = clock;
    file = new LedgerFile(path);
  }

  Optional<Life> life() {
    return Optional.ofNullable(life);
  }

  @Override
  public Optional<Long> knownSinceMillis() {
    return life().map(Life::knownSinceMillis);
  }

  @Override
  public Optional<Instant> knowsTooLittleSince() {
    return Optional.ofNullable(tooLittleSince);
  }

  @Override
  public void reconciled() {
    tooLittleSince = null;
  }

  @Override
  public CheckResult check() {
    String why = trouble;
    if (why != null) {
      return CheckResult.down(why);
    }
    Life known = life;
    String message =
        known == null
            ? "not opened yet"
            : "knows since " + Instant.ofEpochMilli(known.knownSinceMillis());
    String what = warning;
    return what == null ? CheckResult.ok(message) : CheckResult.warning(message, what);
  }

  /** Opens the file when that is still to be done; what it holds is told once. */
  @Override
  public Optional<Found> open() {
    if (life != null) {
      return Optional.empty();
    }
    try {
      return found();
    } catch (SqliteException e) {
      if (!isDamaged(e)) {
        failed(e);
        return Optional.empty();
      }
      replace(e);
      begin();
      return Optional.empty();
    }
  }

  private Optional<Found> found() {
    Optional<Life> left = file.life();
    if (left.isEmpty()) {
      begin();
      return Optional.empty();
    }
    Map<String, Long> since = file.sourcesSince();
    life = left.get();
    if (!left.get().clean()) {
      tooLittleSince =
          Instant.ofEpochMilli(Math.min(left.get().sweptMillis(), left.get().aliveMillis()));
    }
    return Optional.of(new Found(left.get(), since));
  }

  private void begin() {
    long now = clock.millis();
    life = new Life(now, now, now, false, true);
  }

  @Override
  public Outcome write(Marks marks, State state) {
    Life known = life;
    if (known == null) {
      return Outcome.FAILED;
    }
    long swept = state.sweptMillis() == Long.MIN_VALUE ? known.sweptMillis() : state.sweptMillis();
    var next =
        new Life(known.knownSinceMillis(), swept, clock.millis(), state.failing(), state.clean());
    try {
      file.write(marks, next);
      life = next;
      trouble = null;
      return Outcome.WRITTEN;
    } catch (SqliteException e) {
      if (isDamaged(e) || !Files.exists(path)) {
        replace(e);
        begin();
        return Outcome.BEGUN_ANEW;
      }
      failed(e);
      return Outcome.FAILED;
    }
  }

  @Override
  public Reading read(long fromMillis, long toMillis) {
    try {
      return new FileReading(file, fromMillis, toMillis);
    } catch (SqliteException e) {
      throw new LedgerException(e);
    }
  }

  private void failed(SqliteException e) {
    if (trouble == null) {
      LOG.warn("the ledger can't be written, will try again: {}", e.getMessage());
    }
    trouble = String.valueOf(e.getMessage());
  }

  private static boolean isDamaged(SqliteException e) {
    return !e.retryable() && e.getCause() != null;
  }

  private void replace(SqliteException why) {
    file.close();
    Path aside = path.resolveSibling(path.getFileName() + ".damaged-" + clock.millis());
    for (String end : List.of("", "-wal", "-shm")) {
      Path part = path.resolveSibling(path.getFileName() + end);
      try {
        if (Files.exists(part)) {
          Files.move(part, aside.resolveSibling(aside.getFileName() + end));
        }
      } catch (IOException e) {
        LOG.warn("can't put {} aside", part, e);
      }
    }
    file = new LedgerFile(path);
    warning =
        "it began anew at %s: %s%s"
            .formatted(
                clock.instant(),
                why.getMessage(),
                Files.exists(aside) ? "; what there was is kept in " + aside : "");
    LOG.warn("the ledger begins anew: {}", warning);
  }

  @Override
  public void close() {
    file.close();
  }
}
