package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.model.TimeRange;
import java.util.List;

/**
 * What holding the ledger against the store gave.
 *
 * @param expected windows that had ended
 * @param stored of the expected, those that the store holds
 * @param pending of the expected, those on their way there
 * @param missing of the expected, those that are neither
 * @param found that the ledger did not know to be in the store; it does now
 * @param lost that the ledger knew to be in the store, which has them no more; it knows now
 * @param resent of the missing, those whose archives were queued again
 * @param accounts the ledger afterwards
 */
public record Verification(
    TimeRange range,
    long expected,
    long stored,
    long pending,
    long missing,
    long found,
    long lost,
    long resent,
    List<Completeness> accounts) {
  static Verification of(
      TimeRange range, List<Completeness> accounts, long found, long lost, long resent) {
    return new Verification(
        range,
        accounts.stream().mapToLong(Completeness::expected).sum(),
        accounts.stream().mapToLong(Completeness::delivered).sum(),
        accounts.stream().mapToLong(Completeness::pending).sum(),
        accounts.stream()
            .flatMap(one -> one.gaps().stream())
            .filter(gap -> gap.cause() != Cause.REMOVED && gap.cause() != Cause.DELETED)
            .mapToLong(Gap::windows)
            .sum(),
        found,
        lost,
        resent,
        accounts);
  }
}
