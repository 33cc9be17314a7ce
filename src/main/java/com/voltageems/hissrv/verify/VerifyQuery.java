package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.LedgerException;
import com.voltageems.hissrv.query.FirstGaps;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.query.WindowsRequest;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.CatalogException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verifies as asked by request parameters; one at a time. */
public final class VerifyQuery {
  private static final String REPAIR = "repair";
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Ledger ledger;
  private final Reconciler reconciler;
  private final InstantSource clock;

  /** Ranges that end now end at {@code clock}. */
  public VerifyQuery(Ledger ledger, Reconciler reconciler, InstantSource clock) {
    this.ledger = ledger;
    this.reconciler = reconciler;
    this.clock = clock;
  }

  /**
   * What it gave.
   *
   * @param accounts those with gaps, no more gaps together than were asked for
   * @param gapsLeftOut how many there are beside these
   */
  public record Answer(Verification verification, List<Completeness> accounts, int gapsLeftOut) {}

  /**
   * Verifies at most a day.
   *
   * @param parameters see {@link WindowsRequest#parse}, and {@code repair}: true or false
   * @throws QueryProblem when it can't
   */
  public synchronized Answer run(Map<String, List<String>> parameters) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var request = WindowsRequest.parse(parameters, Set.of(REPAIR), ledger.levels(), now);
    var range = request.range();
    if (Duration.between(range.start(), range.stop()).compareTo(LONGEST) > 0) {
      throw QueryProblem.badParameter(
          "start",
          "The range is longer than a day; every window of it is read from the store.",
          "at most 24h at once; hissrv verify asks day by day");
    }
    boolean repair =
        switch (parameters.getOrDefault(REPAIR, List.of("false")).getFirst()) {
          case "true" -> true;
          case "false" -> false;
          default ->
              throw QueryProblem.badParameter(
                  REPAIR, "'repair' is neither true nor false.", "true or false");
        };
    try {
      Verification verification =
          reconciler.verify(range, request.sources(), request.levels(), repair);
      var told = new FirstGaps(request.limit());
      verification.accounts().stream().filter(one -> !one.gaps().isEmpty()).forEach(told::add);
      return new Answer(verification, told.accounts(), told.leftOut());
    } catch (StoreException | CatalogException e) {
      throw QueryProblem.storeDown(e);
    } catch (LedgerException e) {
      throw QueryProblem.ledgerDown(e);
    } catch (RedisException e) {
      throw QueryProblem.redisDown(e);
    }
  }
}
