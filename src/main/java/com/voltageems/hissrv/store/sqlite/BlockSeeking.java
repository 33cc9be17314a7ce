package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Reads one block after the other, of series that were asked for. */
final class BlockSeeking implements AutoCloseable {
  private final Selection selection;
  private final PreparedStatement select;
  private final Inflater inflater = new Inflater(true);
  private long[] times = {};

  BlockSeeking(Connection connection, Selection selection) throws SQLException {
    this.selection = selection;
    select = connection.prepareStatement("SELECT rows FROM block WHERE id = ?");
  }

  /** The block of a series in a stretch; null when there is none. */
  @Nullable Block block(long blockStart, int place) throws SQLException {
    select.setLong(1, Period.blockId(blockStart, selection.at(place).id()));
    try (var rows = select.executeQuery()) {
      if (!rows.next()) {
        return null;
      }
      Block block = BlockCodec.decode(rows.getBytes(1), selection.fields(), times, inflater);
      times = block.times();
      return block;
    }
  }

  @Override
  public void close() throws SQLException {
    try (select;
        inflater) {}
  }
}
