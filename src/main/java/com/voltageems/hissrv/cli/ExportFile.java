package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.parquet.ParquetParts;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows by whole parts. A part is forced to disk before the state beside the file
 * counts it; what lies behind the last counted part is cut off.
 */
final class ExportFile implements AutoCloseable {
  private static final Duration FIRST_STEP = Duration.ofHours(1);
  private static final Duration LONGEST_STEP = Duration.ofDays(64);

  /** Parts grow below and shrink above, by their rows alone: the same data, the same parts. */
  private static final long FEW_ROWS = 50_000;

  private static final long MANY_ROWS = 500_000;

  private final Path file;
  private final Path part;
  private final Path mark;
  private final ExportFormat format;
  private final boolean zipped;
  private final String question;
  private final FileChannel channel;
  private @Nullable ExportState state;

  private ExportFile(
      Path file,
      Path part,
      Path mark,
      ExportFormat format,
      boolean zipped,
      String question,
      FileChannel channel) {
    this.file = file;
    this.part = part;
    this.mark = mark;
    this.format = format;
    this.zipped = zipped;
    this.question = question;
    this.channel = channel;
  }

  /**
   * Goes on with what is there of the same question.
   *
   * @param question all that decides what is in the file
   * @throws ServiceException when somebody else writes it, or it is of another question
   */
  static ExportFile open(
      Path file, ExportFormat format, boolean zipped, String question, boolean restart)
      throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Path mark = file.resolveSibling(file.getFileName() + ".part.json");
    FileChannel channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, part);
      var opened = new ExportFile(file, part, mark, format, zipped, question, channel);
      opened.resume(restart);
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(FileChannel channel, Path part) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw new ServiceException("another export writes " + part);
      }
    } catch (OverlappingFileLockException e) {
      throw new ServiceException("another export writes " + part);
    }
  }

  private void resume(boolean restart) throws IOException {
    ExportState found = restart ? null : ExportState.read(mark);
    if (found != null && !found.question().equals(question)) {
      throw new ServiceException(
          part + " is of another question: give that, another file, or --restart");
    }
    // A shorter file is not the one that the state was written for.
    state = found != null && channel.size() >= found.bytes() ? found : null;
    channel.truncate(state == null ? 0 : state.bytes());
  }

  boolean isBegun() {
    return state != null;
  }

  /** Takes from an answer's head how the question is understood. */
  void begin(HttpHeaders head) throws IOException {
    String start = header(head, "Export-Start");
    keep(
        new ExportState(
            question,
            start,
            header(head, "Export-Stop"),
            header(head, "Export-Interval"),
            header(head, "Export-Columns"),
            start,
            FIRST_STEP.toSeconds(),
            0,
            List.of()));
  }

  Instant start() {
    return Instant.parse(begun().start());
  }

  Instant stop() {
    return Instant.parse(begun().stop());
  }

  /** First moment that is not there yet. */
  Instant next() {
    return Instant.parse(begun().next());
  }

  /** Where the next part ends. */
  Instant nextEnd() {
    Instant end = next().plusSeconds(begun().stepSeconds());
    return end.isBefore(stop()) ? end : stop();
  }

  String interval() {
    return begun().interval();
  }

  long rows() {
    return begun().rows();
  }

  int parts() {
    return begun().ends().size();
  }

  /** Whether the next part goes below another's head. */
  boolean leavesOutHead() {
    return format == ExportFormat.CSV && parts() > 0;
  }

  /**
   * Adds the part that ends there.
   *
   * @param copying writes the part and tells the head of the answer it came with
   */
  void addPart(Instant end, Function<OutputStream, HttpHeaders> copying) throws IOException {
    ExportState before = begun();
    long from = before.bytes();
    channel.truncate(from);
    channel.position(from);
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    OutputStream packed = zipped ? new GZIPOutputStream(out, 1 << 16) : out;
    var counted = new RowCount(packed, format == ExportFormat.CSV);
    HttpHeaders head = copying.apply(counted);
    if (packed instanceof GZIPOutputStream zip) {
      zip.finish();
    }
    out.flush();
    if (!header(head, "Export-Columns").equals(before.columns())) {
      throw new ServiceException(
          "the columns are not those it began with: a new field or tag came meanwhile; --restart begins anew");
    }
    long to = channel.position();
    long rows =
        format == ExportFormat.PARQUET
            ? new ParquetParts(channel).add(from, to)
            : counted.lines() - (format == ExportFormat.CSV && parts() == 0 ? 1 : 0);
    channel.force(false);
    var ends = new ArrayList<>(before.ends());
    ends.add(to);
    keep(
        new ExportState(
            question,
            before.start(),
            before.stop(),
            before.interval(),
            before.columns(),
            end.toString(),
            step(before.stepSeconds(), rows),
            before.rows() + rows,
            ends));
  }

  private static long step(long seconds, long rows) {
    if (rows < FEW_ROWS) {
      return Math.min(LONGEST_STEP.toSeconds(), seconds * 2);
    }
    return rows > MANY_ROWS ? Math.max(1, seconds / 2) : seconds;
  }

  /** Gives the file its name. */
  void finish() throws IOException {
    if (format == ExportFormat.PARQUET && parts() > 1) {
      var joined = new ParquetParts(channel);
      long from = 0;
      for (long end : begun().ends()) {
        long _ = joined.add(from, end);
        from = end;
      }
      channel.truncate(from);
      channel.position(from);
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      joined.end(out);
      out.flush();
    }
    channel.force(true);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(mark);
  }

  private void keep(ExportState next) throws IOException {
    next.write(mark);
    state = next;
  }

  private ExportState begun() {
    if (state == null) {
      throw new IllegalStateException("it has not begun");
    }
    return state;
  }

  private static String header(HttpHeaders head, String name) {
    return head.firstValue(name)
        .orElseThrow(
            () -> new ServiceException("the service is too old for exports: it says no " + name));
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (state == null) {
      Files.deleteIfExists(part);
    }
  }
}
