package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where rows come from. */
interface RowSource {
  /** As a store streams them: by time in the query's order, then by tags. */
  void read(SeriesQuery query, Consumer<Row> rows);

  /** As {@link HistoryStore#buckets}. */
  default Optional<List<Row>> buckets(BucketQuery query, int most) {
    return Optional.empty();
  }

  /** A store's. */
  static RowSource of(HistoryStore store) {
    return new RowSource() {
      @Override
      public void read(SeriesQuery query, Consumer<Row> rows) {
        store.query(query, rows);
      }

      @Override
      public Optional<List<Row>> buckets(BucketQuery query, int most) {
        return store.buckets(query, most);
      }
    };
  }
}
