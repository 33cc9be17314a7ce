package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The hot rows of one stretch, by time, then by place; those of one time in memory at once. */
abstract sealed class HotRows implements AutoCloseable {
  private final Queue<PlacedRow> ready = new ArrayDeque<>();

  static HotRows open(Connection connection, long from, long to, Selection selection)
      throws SQLException {
    return selection.isFew()
        ? new Seeking(connection, from, to, selection)
        : new Scanning(connection, from, to, selection);
  }

  final @Nullable PlacedRow next() throws SQLException {
    while (ready.isEmpty() && fill(ready)) {}
    return ready.poll();
  }

  /** Adds the rows of the next time; false when there is none. */
  abstract boolean fill(Queue<PlacedRow> ready) throws SQLException;

  @Override
  public abstract void close() throws SQLException;

  /** From time to time, and there to each series: others' rows are passed over. */
  private static final class Seeking extends HotRows {
    private final PreparedStatement nextTime;
    private final PreparedStatement row;
    private final Selection selection;
    private long from;

    Seeking(Connection connection, long from, long to, Selection selection) throws SQLException {
      nextTime =
          connection.prepareStatement(
              "SELECT time FROM hot WHERE time >= ? AND time < ? ORDER BY time LIMIT 1");
      nextTime.setLong(2, to);
      row = connection.prepareStatement("SELECT fields FROM hot WHERE time = ? AND series = ?");
      this.from = from;
      this.selection = selection;
    }

    @Override
    boolean fill(Queue<PlacedRow> ready) throws SQLException {
      nextTime.setLong(1, from);
      long time;
      try (var found = nextTime.executeQuery()) {
        if (!found.next()) {
          return false;
        }
        time = found.getLong(1);
      }
      row.setLong(1, time);
      for (int place = 0; place < selection.size(); place++) {
        row.setInt(2, selection.at(place).id());
        try (var found = row.executeQuery()) {
          if (found.next()) {
            ready.add(new PlacedRow(time, place, RowCodec.decode(found.getBytes(1))));
          }
        }
      }
      from = time + 1;
      return true;
    }

    @Override
    public void close() throws SQLException {
      try (nextTime;
          row) {}
    }
  }

  /** Through all rows, leaving out those of other series. */
  private static final class Scanning extends HotRows {
    private final PreparedStatement select;
    private final ResultSet rows;
    private final Selection selection;
    private boolean more;

    Scanning(Connection connection, long from, long to, Selection selection) throws SQLException {
      select =
          connection.prepareStatement(
              "SELECT time, series, fields FROM hot WHERE time >= ? AND time < ?"
                  + " ORDER BY time, series");
      select.setLong(1, from);
      select.setLong(2, to);
      rows = select.executeQuery();
      more = rows.next();
      this.selection = selection;
    }

    @Override
    boolean fill(Queue<PlacedRow> ready) throws SQLException {
      if (!more) {
        return false;
      }
      long time = rows.getLong(1);
      var group = new ArrayList<PlacedRow>();
      while (more && rows.getLong(1) == time) {
        int place = selection.placeOf(rows.getInt(2));
        if (place >= 0) {
          group.add(new PlacedRow(time, place, RowCodec.decode(rows.getBytes(3))));
        }
        more = rows.next();
      }
      group.sort(null);
      ready.addAll(group);
      return true;
    }

    @Override
    public void close() throws SQLException {
      try (select;
          rows) {}
    }
  }
}
