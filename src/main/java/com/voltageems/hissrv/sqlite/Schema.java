package com.voltageems.hissrv.sqlite;

import java.util.List;

/**
 * How a kind of file is laid out.
 *
 * @param migrations lists of statements in the order they were released; {@code user_version}
 *     counts those a file has had. A released one never changes
 * @param exclusive whether only this process may open the file
 * @param pageSize bytes, for new files
 * @param shrinks whether new files can give free pages back, by {@code PRAGMA incremental_vacuum}
 */
public record Schema(
    List<List<String>> migrations, boolean exclusive, int pageSize, boolean shrinks) {
  /** Copies the list. */
  public Schema {
    migrations = List.copyOf(migrations);
  }

  /** Of files that keep free pages for themselves. */
  public Schema(List<List<String>> migrations, boolean exclusive, int pageSize) {
    this(migrations, exclusive, pageSize, false);
  }
}
