package com.voltageems.hissrv.query;

import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.LedgerException;
import com.voltageems.hissrv.model.TimeRange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers what was expected, sampled and delivered. */
public final class CompletenessQuery {
  /** Sources times levels in an answer, at most. */
  public static final int MAX_ACCOUNTS = 20_000;

  private final Ledger ledger;
  private final InstantSource clock;

  /** Reads the ledger; ranges that end now end at {@code clock}. */
  public CompletenessQuery(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * An answer.
   *
   * @param knownSince when the ledger was begun; null while its file can't be opened
   * @param knownUntil null: until now; else when Redis, which is away, told last
   * @param accounts by source and level, with no more gaps together than were asked for
   * @param gapsLeftOut how many there are beside these
   */
  public record Answer(
      TimeRange range,
      @Nullable Instant knownSince,
      @Nullable Instant knownUntil,
      List<Completeness> accounts,
      int gapsLeftOut) {}

  /**
   * Runs a question given as request parameters, one at a time, see {@link WindowsRequest#parse}.
   *
   * @throws QueryProblem when it has no answer
   */
  public synchronized Answer run(Map<String, List<String>> parameters) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var request = WindowsRequest.parse(parameters, Set.of(), ledger.levels(), now);
    long sources = ledger.sources().stream().filter(request.sources()).count();
    if (sources * request.levels().size() > MAX_ACCOUNTS) {
      throw QueryProblem.answerTooLarge(
          "accounts of a source on a level", MAX_ACCOUNTS, " A source filter does too.");
    }
    try {
      var accounts = new FirstGaps(request.limit());
      Optional<Instant> until =
          ledger.completeness(
              request.range(), request.sources(), request.levels()::contains, accounts::add);
      return new Answer(
          request.range(),
          ledger.knownSince().orElse(null),
          until.orElse(null),
          accounts.accounts(),
          accounts.leftOut());
    } catch (LedgerException e) {
      throw QueryProblem.ledgerDown(e);
    }
  }
}
