package com.voltageems.hissrv.bench.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a power cut leaves behind the last commit of a SQLite log: what was written since and not
 * forced. The log is written from its beginning again after a checkpoint, so that is rarely at the
 * file's end. No committed frame is touched: losing one would be a broken disk.
 */
final class WalTail {
  private static final int HEADER = 32;
  private static final int FRAME_HEADER = 24;
  private static final int LITTLE_ENDIAN_SUMS = 0x377f0682;
  private static final int BIG_ENDIAN_SUMS = 0x377f0683;

  private WalTail() {}

  /** Tears the tail of a log that nobody has open; does nothing where there is no log. */
  static void tear(Path log, SplittableRandom random) {
    int length = random.nextInt(1, 9_000);
    int kind = random.nextInt(3);
    if (!Files.exists(log)) {
      return;
    }
    try (var file = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      byte[] whole = Files.readAllBytes(log);
      int end = committed(whole);
      byte[] tail = new byte[length];
      random.nextBytes(tail);
      if (kind == 0 && end > HEADER) {
        // A frame that was begun, in the log's own words.
        int from = Math.max(HEADER, end - length);
        tail = Arrays.copyOfRange(whole, from, end);
      } else if (kind == 1) {
        // Nothing of what followed.
        file.truncate(end);
      }
      int _ = file.write(ByteBuffer.wrap(tail), end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the last committed frame ends; 0 when the log's header is not whole. */
  static int committed(byte[] log) {
    if (log.length < HEADER) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(log);
    int magic = bytes.getInt(0);
    var sums =
        new Sums(magic == BIG_ENDIAN_SUMS ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, log);
    sums.add(0, FRAME_HEADER);
    if ((magic != BIG_ENDIAN_SUMS && magic != LITTLE_ENDIAN_SUMS) || !sums.areAt(FRAME_HEADER)) {
      return 0;
    }
    int page = bytes.getInt(8);
    long salt = bytes.getLong(16);
    int committed = HEADER;
    int frame = HEADER;
    while (frame + FRAME_HEADER + page <= log.length && bytes.getLong(frame + 8) == salt) {
      sums.add(frame, 8);
      sums.add(frame + FRAME_HEADER, page);
      if (!sums.areAt(frame + 16)) {
        break;
      }
      boolean commits = bytes.getInt(frame + 4) != 0;
      frame += FRAME_HEADER + page;
      committed = commits ? frame : committed;
    }
    return committed;
  }

  /** The running sums that each frame ends its part of the log with. */
  private static final class Sums {
    private final ByteBuffer words;
    private final ByteBuffer bytes;
    private int first;
    private int second;

    Sums(ByteOrder order, byte[] log) {
      words = ByteBuffer.wrap(log).order(order);
      bytes = ByteBuffer.wrap(log);
    }

    void add(int from, int length) {
      for (int at = from; at < from + length; at += 8) {
        first += words.getInt(at) + second;
        second += words.getInt(at + 4) + first;
      }
    }

    boolean areAt(int place) {
      return bytes.getInt(place) == first && bytes.getInt(place + 4) == second;
    }
  }
}
