package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Finds files that are damaged before anybody asks for what is in them. It reads the head of each,
 * a hundred bytes: whether it is a SQLite file at all, and whether all of it is there.
 */
final class Inspection {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 100;
  private static final int PAGE_SIZE_AT = 16;
  private static final int PAGES_AT = 28;
  private static final int LARGEST_PAGE = 65_536;

  private final PeriodFiles files;
  private final Troubles troubles;

  Inspection(PeriodFiles files, Troubles troubles) {
    this.files = files;
    this.troubles = troubles;
  }

  /** Looks at every period file; what it finds stays in the troubles until it is mended. */
  void look() {
    for (Period period : files.all()) {
      Path path = files.path(period);
      try {
        look(period, path);
      } catch (StoreException e) {
        troubles.add(path, e, () -> look(period, path));
      }
    }
  }

  private void look(Period period, Path path) {
    files.verifyNotEmptied(period);
    look(path);
  }

  /**
   * A file being written grows only at a checkpoint: it is whole when there is no log beside it.
   */
  private static void look(Path path) {
    try (SeekableByteChannel file = Files.newByteChannel(path)) {
      var head = ByteBuffer.allocate(HEAD);
      while (head.hasRemaining() && file.read(head) >= 0) {}
      if (head.position() == 0) {
        return;
      }
      if (head.hasRemaining() || !head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
        throw damaged(path, "it is no SQLite file");
      }
      int pageSize = Short.toUnsignedInt(head.getShort(PAGE_SIZE_AT));
      long whole =
          Integer.toUnsignedLong(head.getInt(PAGES_AT)) * (pageSize == 1 ? LARGEST_PAGE : pageSize);
      if (file.size() < whole && !Files.exists(Path.of(path + "-wal"))) {
        throw damaged(path, "it has " + file.size() + " bytes of " + whole);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw StoreException.retryable("can't read " + path + ": " + e, e);
    }
  }

  private static StoreException damaged(Path path, String why) {
    return StoreException.fatal(
        path + " is damaged: " + why + "; put back a copy, or take it away", null);
  }
}
