package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.Map;

/**
 * A row to write.
 *
 * @param time epoch nanoseconds
 * @param fields by id
 */
record HotRow(long time, int series, Map<Integer, FieldValue> fields) {}
