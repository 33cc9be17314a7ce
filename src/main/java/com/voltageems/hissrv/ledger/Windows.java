package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;

/** Where windows begin and end; days and longer levels follow the site's calendar. */
@FunctionalInterface
public interface Windows {
  /** The window that holds a moment, epoch milliseconds. */
  Window at(Level level, long epochMillis);
}
