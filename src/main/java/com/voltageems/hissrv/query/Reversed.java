package com.voltageems.hissrv.query;

import com.voltageems.hissrv.store.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** What was made oldest first, newest first. */
final class Reversed implements Stage {
  private static final Comparator<Row> ORDER =
      Comparator.comparing(Row::time).reversed().thenComparing(Row::tags, Row.TAG_ORDER);

  private final List<Row> rows = new ArrayList<>();
  private final int most;
  private final Consumer<Row> out;

  /**
   * @param most rows there may be
   */
  Reversed(int most, Consumer<Row> out) {
    this.most = most;
    this.out = out;
  }

  @Override
  public void accept(Row row) {
    if (rows.size() == most) {
      throw QueryProblem.answerTooLarge("rows", most, "");
    }
    rows.add(row);
  }

  @Override
  public void end() {
    rows.sort(ORDER);
    rows.forEach(out);
  }
}
