package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hot rows of a stretch, by time, then by place.
 *
 * @param reached all rows before it, or newest first from it on, are among them
 */
record HotRows(List<PlacedRow> rows, long reached) {
  /**
   * Reads about so many through all rows, leaving out those of other series; always all of a
   * moment.
   *
   * @param from the first moment
   * @param to the first moment after
   */
  static HotRows scan(Connection connection, long from, long to, Selection selection, int most)
      throws SQLException {
    var found = new ArrayList<PlacedRow>();
    boolean newestFirst = selection.newestFirst();
    long reached = newestFirst ? from : to;
    try (var select =
        connection.prepareStatement(
            "SELECT time, series, fields FROM hot WHERE time >= ? AND time < ? ORDER BY time "
                + (newestFirst ? "DESC" : "ASC"))) {
      select.setLong(1, from);
      select.setLong(2, to);
      try (var rows = select.executeQuery()) {
        @Nullable Long moment = null;
        while (rows.next()) {
          long time = rows.getLong(1);
          if (found.size() >= most && moment != null && time != moment) {
            reached = newestFirst ? moment : moment + 1;
            break;
          }
          moment = time;
          int place = selection.placeOf(rows.getInt(2));
          if (place >= 0) {
            add(found, RowCodec.decode(rows.getBytes(3), time, place, selection));
          }
        }
      }
    }
    found.sort(PlacedRow.order(newestFirst));
    return new HotRows(found, reached);
  }

  static void add(List<PlacedRow> rows, PlacedRow row) {
    if (row.fields().length > 0) {
      rows.add(row);
    }
  }
}
