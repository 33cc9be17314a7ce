package com.voltageems.hissrv.store.lines;

import com.voltageems.hissrv.model.Point;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Points in a text, one after the other. What is no point is told and passed over. */
public interface PointSource {
  /** What stands at a place. */
  sealed interface Entry {}

  /** A point. */
  record Good(Point point) implements Entry {}

  /**
   * What was to be one.
   *
   * @param line from 1
   * @param column of what is wrong, from 1
   * @param reason for people
   * @param text as it stands there
   */
  record Bad(long line, int column, String reason, String text) implements Entry {
    /** All of it but the text. */
    public String where() {
      return "line %d, column %d: %s".formatted(line, column, reason);
    }
  }

  /** The next one; null at the end. */
  @Nullable Entry next() throws IOException;
}
