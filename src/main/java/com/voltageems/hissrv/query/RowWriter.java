package com.voltageems.hissrv.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes an answer of any length as it is read. */
public interface RowWriter {
  /** Once, before all rows: the columns as {@link QueryResult} has them, but of all tags. */
  void columns(List<String> columns);

  /** The next row; the list is used again for the row after. */
  void row(List<@Nullable Object> cells);
}
