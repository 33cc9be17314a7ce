package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.Row;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of one page: those behind a cursor, so many of them. */
final class Page implements Consumer<Row> {
  private final QueryRequest request;
  private final Consumer<Row> out;
  private @Nullable Row last;
  private int taken;
  private boolean hasMore;

  /** Ends a reading that has no more to give. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Full() {
      super("the page is full", null, false, false);
    }
  }

  Page(QueryRequest request, Consumer<Row> out) {
    this.request = request;
    this.out = out;
  }

  @Override
  public void accept(Row row) {
    Cursor cursor = request.cursor();
    if (cursor != null && !cursor.isBefore(row, request.order())) {
      return;
    }
    Integer limit = request.limit();
    if (limit != null && taken == limit) {
      hasMore = true;
      throw new Full();
    }
    out.accept(row);
    last = row;
    taken++;
  }

  /** Whether anything was found, on this page or before it. */
  boolean isEmpty() {
    return taken == 0 && request.cursor() == null;
  }

  /** Where the next page begins; null when there is none. */
  @Nullable String next(int attempt) {
    Row end = last;
    return hasMore && end != null
        ? new Cursor(request.fingerprint(), request.range(), attempt, end.time(), end.tags()).text()
        : null;
  }
}
