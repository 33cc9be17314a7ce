package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an export is, as it stands beside its file.
 *
 * @param question what was asked, to tell that another call means the same
 * @param start first moment of all, RFC 3339
 * @param stop first moment after
 * @param interval the level
 * @param columns the mark of the columns that all parts must have
 * @param next first moment that is not there yet
 * @param stepSeconds how long the next part is
 * @param rows how many are there
 * @param ends where each part ends in the file, in bytes
 */
record ExportState(
    String question,
    String start,
    String stop,
    String interval,
    String columns,
    String next,
    long stepSeconds,
    long rows,
    List<Long> ends) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Null where there is none, or one that can't be read. */
  static @Nullable ExportState read(Path file) {
    try {
      return Files.exists(file) ? JSON.readValue(file.toFile(), ExportState.class) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** A stop leaves this one or the one before. */
  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    JSON.writeValue(next.toFile(), this);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  long bytes() {
    return ends.isEmpty() ? 0 : ends.getLast();
  }
}
