package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;

/** A series, its number in the dictionary, from 1, and the level it belongs to. */
record Series(int id, SeriesKey key, Level level) {
  Series(int id, SeriesKey key) {
    this(id, key, key.level());
  }
}
