package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Row;
import org.jspecify.annotations.Nullable;

/** What becomes of the rows of one series in one bucket, for one point or field. */
interface Bucket {
  /** The next row, by time. */
  void add(Row row);

  /** What a function tells; null when nothing, or when it can't be told exactly. */
  @Nullable FieldValue of(Fn function);
}
