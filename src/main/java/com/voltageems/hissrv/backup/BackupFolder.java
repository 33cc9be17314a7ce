package com.voltageems.hissrv.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.voltageems.hissrv.model.Level;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A backup: {@code 1m/2026-11-28.lp.gz} and a manifest. A file appears whole or not at all; what is
 * not in the manifest yet is written again. For one thread.
 */
public final class BackupFolder {
  private static final int BUFFER = 64 << 10;

  /** What was late for a day, by an outage or a night's backlog, is there by then. */
  private static final Duration SETTLING = Duration.ofDays(1);

  private final Path folder;
  private final SortedMap<String, DayFile> files;
  private @Nullable Instant completed;

  private BackupFolder(Path folder, Manifest manifest) {
    this.folder = folder;
    files = manifest.files();
    completed = manifest.completed();
  }

  /**
   * A day's file.
   *
   * @param bytes as it lies there
   * @param sha256 of these, in hexadecimal
   * @param asked when its content was asked for
   */
  public record DayFile(long rows, long bytes, String sha256, Instant asked) {}

  /** Where a day's text comes from. */
  public interface Source {
    /** Writes the text, as {@link StoredDays#write}. */
    void write(Level level, LocalDate day, OutputStream out) throws IOException;
  }

  /**
   * The backup that is there, or an empty one.
   *
   * @throws IOException also when its manifest is none, or of a later format
   */
  public static BackupFolder open(Path folder) throws IOException {
    return new BackupFolder(folder, Manifest.read(folder));
  }

  /** By name: {@code 1m/2026-11-28.lp.gz}. */
  public SortedMap<String, DayFile> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  /** When the last pass over all days began; empty when there was none. */
  public Optional<Instant> completed() {
    return Optional.ofNullable(completed);
  }

  /**
   * All days are there; saves that.
   *
   * @param asked the source's time when the pass began
   */
  public void complete(Instant asked) throws IOException {
    completed = asked;
    save();
  }

  /**
   * Lets go of the days before one, of all levels: what the manifest names, and nothing else.
   *
   * @return how many files
   */
  public int dropBefore(LocalDate first) throws IOException {
    List<String> old =
        files.keySet().stream()
            .filter(name -> name.substring(name.indexOf('/') + 1).compareTo(first.toString()) < 0)
            .toList();
    if (!old.isEmpty()) {
      files.keySet().removeAll(old);
      save();
      for (String name : old) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
    return old.size();
  }

  /** Whether a day need not be written again: nothing comes for it any more, and it is intact. */
  public boolean isSettled(Level level, LocalDate day) throws IOException {
    String name = name(level, day);
    DayFile file = files.get(name);
    Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return file != null
        && !file.asked().isBefore(end.plus(level.length()).plus(SETTLING))
        && damage(name).isEmpty();
  }

  /**
   * Writes a day. One that is there stays where the source has fewer rows by now: retention takes
   * from a store, not from its backup.
   *
   * @param now the source's time
   * @return what is there now
   */
  public DayFile write(Level level, LocalDate day, Instant now, Source source) throws IOException {
    String name = name(level, day);
    Path file = folder.resolve(name);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.createDirectories(part.getParent());
    var digest = new DigestOutputStream(OutputStream.nullOutputStream(), sha256());
    var end = new End();
    try (var channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var disk = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      var gzip = new GZIPOutputStream(new Both(disk, digest), BUFFER);
      source.write(level, day, new Both(gzip, end));
      gzip.finish();
      disk.flush();
      channel.force(true);
    }
    var written =
        new DayFile(
            end.rows(name),
            Files.size(part),
            HexFormat.of().formatHex(digest.getMessageDigest().digest()),
            now);
    DayFile before = files.get(name);
    if (before != null && before.rows() > written.rows() && damage(name).isEmpty()) {
      Files.delete(part);
      return before;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    files.put(name, written);
    return written;
  }

  /** Makes the manifest say what is there. */
  public void save() throws IOException {
    new Manifest(files, completed).write(folder);
  }

  /** What is wrong with a file of the manifest; empty when nothing is. */
  public Optional<String> damage(String name) throws IOException {
    Path file = folder.resolve(name);
    DayFile expected = files.get(name);
    if (expected == null || !Files.isRegularFile(file)) {
      return Optional.of(name + " is missing");
    }
    if (Files.size(file) != expected.bytes()) {
      return Optional.of(
          "%s has %,d bytes instead of %,d".formatted(name, Files.size(file), expected.bytes()));
    }
    MessageDigest sha256 = sha256();
    try (var in = Files.newInputStream(file)) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
    }
    return HexFormat.of().formatHex(sha256.digest()).equals(expected.sha256())
        ? Optional.empty()
        : Optional.of(name + " is damaged: its SHA-256 is not the manifest's");
  }

  /** A file's text, line protocol. */
  public InputStream read(String name) throws IOException {
    return new GZIPInputStream(Files.newInputStream(folder.resolve(name)), BUFFER);
  }

  private static String name(Level level, LocalDate day) {
    return "%s/%s.lp.gz".formatted(level.name(), day);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** Writes the same to two. */
  private static final class Both extends FilterOutputStream {
    private final OutputStream second;

    private Both(OutputStream first, OutputStream second) {
      super(first);
      this.second = second;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      second.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      second.write(bytes, from, length);
    }
  }

  /** Remembers how a text ends. */
  private static final class End extends OutputStream {
    private String last = "";

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      int taken = Math.min(length, Trailer.MOST_BYTES);
      String all = last + new String(bytes, from + length - taken, taken, ISO_8859_1);
      last = all.substring(Math.max(0, all.length() - Trailer.MOST_BYTES));
    }

    private long rows(String name) throws IOException {
      return Trailer.rows(last)
          .orElseThrow(() -> new IOException(name + " did not come whole; start again"));
    }
  }
}
