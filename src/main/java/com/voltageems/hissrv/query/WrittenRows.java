package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes rows under columns that are known beforehand. */
final class WrittenRows implements Consumer<Row> {
  private final List<String> tags;
  private final List<String> fields;
  private final RowWriter writer;
  private final List<@Nullable Object> cells = new ArrayList<>();
  private boolean begun;
  private boolean any;

  WrittenRows(List<String> tags, List<String> fields, RowWriter writer) {
    this.tags = tags;
    this.fields = fields;
    this.writer = writer;
  }

  void begin() {
    if (!begun) {
      begun = true;
      writer.columns(ColumnNames.of(tags, fields));
    }
  }

  boolean any() {
    return any;
  }

  @Override
  public void accept(Row row) {
    begin();
    any = true;
    cells.clear();
    cells.add(row.time());
    for (String tag : tags) {
      cells.add(row.tags().get(tag));
    }
    for (String field : fields) {
      cells.add(Cell.of(row.fields().get(field)));
    }
    writer.row(cells);
  }
}
