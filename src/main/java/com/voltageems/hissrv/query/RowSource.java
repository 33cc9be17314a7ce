package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.function.Consumer;

/** Where rows come from. */
@FunctionalInterface
interface RowSource {
  /** As a store streams them: by time in the query's order, then by tags. */
  void read(SeriesQuery query, Consumer<Row> rows);
}
