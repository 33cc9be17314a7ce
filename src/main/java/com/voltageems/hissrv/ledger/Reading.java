package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import java.util.List;
import java.util.Map;

/** What is known of some stretch of time. Every method throws {@link LedgerException}. */
interface Reading {
  /** Nothing before is known any more, epoch milliseconds. */
  long sinceMillis();

  /** Nothing after is known yet, epoch milliseconds. */
  long untilMillis();

  /** The runs of each of these sources, by level. */
  Map<String, Map<Level, Map<Kind, Spans>>> of(List<String> sources);

  /** When nobody could sample a source. */
  Map<Kind, Spans> outages(String source);

  /**
   * Windows of a source that end by then are fully known, epoch milliseconds; {@link
   * Long#MAX_VALUE} where nobody samples.
   *
   * @param own the same of what this instance samples
   */
  long settledMillis(String source, long own);
}
