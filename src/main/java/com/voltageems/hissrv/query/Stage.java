package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.Row;

/** A step between what is stored and what is answered: takes rows by time, gives others on. */
interface Stage {
  /** The next row; never earlier than the one before. */
  void accept(Row row);

  /** There are no more: gives on what is left. */
  default void end() {}
}
