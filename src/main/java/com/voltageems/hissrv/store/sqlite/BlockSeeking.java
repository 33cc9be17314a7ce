package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.sqlite.BlockTable.Placed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

  /** The blocks of one stretch. */
  List<Placed> blocks(long blockStart) throws SQLException {
    var blocks = new ArrayList<Placed>();
    for (int place = 0; place < selection.size(); place++) {
      Block block = block(blockStart, place);
      if (block != null) {
        blocks.add(new Placed(place, block));
      }
    }
    return blocks;
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
