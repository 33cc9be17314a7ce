package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.List;

/** The values of one field in a block, in order of time, for the rows that have it. */
sealed interface Column {
  FieldValue at(int index);

  /** All floats. */
  @SuppressWarnings("ArrayRecordComponent")
  record Floats(double[] values) implements Column {
    @Override
    public FieldValue at(int index) {
      return FieldValue.of(values[index]);
    }
  }

  /** All integers. */
  @SuppressWarnings("ArrayRecordComponent")
  record Integers(long[] values) implements Column {
    @Override
    public FieldValue at(int index) {
      return FieldValue.of(values[index]);
    }
  }

  /** Of any type, or of several. */
  record Any(List<FieldValue> values) implements Column {
    @Override
    public FieldValue at(int index) {
      return values.get(index);
    }
  }
}
