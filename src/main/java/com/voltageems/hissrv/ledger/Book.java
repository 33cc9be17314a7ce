package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.CheckResult;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where runs are kept: a file of this instance's own, or Redis, for all. */
interface Book extends AutoCloseable {
  CheckResult check();

  /** What is there that was not told yet; to be asked before each {@link #write}. */
  Optional<Found> open();

  /**
   * What others left.
   *
   * @param life of the process before this one; null when it was told already, or there was none
   * @param since the start of the window in which each source was first seen, epoch milliseconds
   */
  record Found(@Nullable Life life, Map<String, Long> since) {}

  Outcome write(Marks marks, State state);

  /** What is written of HisSrv itself. */
  record State(long sweptMillis, boolean failing, boolean clean) {}

  enum Outcome {
    WRITTEN,
    FAILED,
    BEGUN_ANEW
  }

  /** From when on it knows anything, epoch milliseconds; empty until it was opened. */
  Optional<Long> knownSinceMillis();

  /** When what it holds may have become less than was learnt; empty when it is complete. */
  Optional<Instant> knowsTooLittleSince();

  /** It was told what it missed. */
  void reconciled();

  /**
   * What is known of these times.
   *
   * @throws LedgerException when it can't be read
   */
  Reading read(long fromMillis, long toMillis);

  @Override
  void close();
}
