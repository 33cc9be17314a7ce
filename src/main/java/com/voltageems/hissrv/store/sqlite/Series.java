package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.SeriesKey;

/** A series and its number in the dictionary, from 1. */
record Series(int id, SeriesKey key) {}
