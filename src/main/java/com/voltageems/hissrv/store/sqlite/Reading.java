package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.sqlite.SqliteException;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.StoreException;
import java.util.function.Consumer;

/** A query under way: keeps what the consumer throws apart from what goes wrong with the files. */
final class Reading {
  private final Consumer<Row> consumer;

  Reading(Consumer<Row> consumer) {
    this.consumer = consumer;
  }

  /** Carries what the consumer threw past all that would take it for the store's own trouble. */
  private static final class ConsumerFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final RuntimeException why;

    ConsumerFailed(RuntimeException why) {
      super(null, why, false, false);
      this.why = why;
    }
  }

  void guarding(Runnable work) {
    try {
      work.run();
    } catch (ConsumerFailed e) {
      throw e.why;
    } catch (SqliteException e) {
      throw storeException(e);
    }
  }

  /** Gives rows to the consumer. */
  Consumer<PlacedRow> named(RowNames names) {
    return row -> {
      Row named = names.of(row);
      try {
        consumer.accept(named);
      } catch (RuntimeException e) {
        throw new ConsumerFailed(e);
      }
    };
  }

  static StoreException storeException(SqliteException e) {
    String message = String.valueOf(e.getMessage());
    return e.retryable() ? StoreException.retryable(message, e) : StoreException.fatal(message, e);
  }
}
