package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;

/**
 * Reads hot rows of one stretch after the other: from time to time, and there to each series that
 * was asked for; others' rows are passed over.
 */
final class HotSeeking implements AutoCloseable {
  private final Selection selection;
  private final PreparedStatement nextTime;
  private final PreparedStatement row;

  HotSeeking(Connection connection, Selection selection) throws SQLException {
    this.selection = selection;
    nextTime =
        connection.prepareStatement(
            "SELECT time FROM hot WHERE time >= ? AND time < ? ORDER BY time "
                + (selection.newestFirst() ? "DESC" : "ASC")
                + " LIMIT 1");
    row = connection.prepareStatement("SELECT fields FROM hot WHERE time = ? AND series = ?");
  }

  /**
   * Reads about so many, and always all of a moment.
   *
   * @param from the first moment
   * @param to the first moment after
   */
  HotRows rows(long from, long to, int most) throws SQLException {
    var found = new ArrayList<PlacedRow>();
    boolean newestFirst = selection.newestFirst();
    long first = from;
    long end = to;
    while (true) {
      nextTime.setLong(1, first);
      nextTime.setLong(2, end);
      long time;
      try (var times = nextTime.executeQuery()) {
        if (!times.next()) {
          return new HotRows(found, newestFirst ? from : to);
        }
        time = times.getLong(1);
      }
      row.setLong(1, time);
      for (int place = 0; place < selection.size(); place++) {
        row.setInt(2, selection.at(place).id());
        try (var rows = row.executeQuery()) {
          if (rows.next()) {
            HotRows.add(found, RowCodec.decode(rows.getBytes(1), time, place, selection));
          }
        }
      }
      if (newestFirst) {
        end = time;
      } else {
        first = time + 1;
      }
      if (found.size() >= most) {
        return new HotRows(found, newestFirst ? end : first);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    try (nextTime;
        row) {}
  }
}
