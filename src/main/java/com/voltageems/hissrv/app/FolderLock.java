package com.voltageems.hissrv.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One owner of a folder at a time: a lock on the file {@code owner} in it. The system releases the
 * lock when the process ends, however it ends; a process id, which may have been given to another
 * program since, or belong to another container with the same folder, could not tell as much.
 */
public final class FolderLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
  private static final String FILE = "owner";

  /** Our own: closing a second channel to their files would release their locks. */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder; empty while another holds it, in this process or elsewhere.
   *
   * @throws IOException when it is no folder, or the file in it can't be opened
   */
  public static Optional<FolderLock> tryTake(Path folder) throws IOException {
    Path real = folder.toRealPath();
    synchronized (HELD) {
      if (HELD.contains(real)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(
              real.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      boolean taken = false;
      try {
        taken = channel.tryLock() != null;
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (!taken) {
        return Optional.empty();
      }
      HELD.add(real);
      return Optional.of(new FolderLock(real, channel));
    }
  }

  /**
   * Takes the lock of a folder that a backup goes to, which is made where there is none.
   *
   * @throws IOException also while another backup goes there
   */
  public static FolderLock forBackup(Path folder) throws IOException {
    Files.createDirectories(folder);
    return tryTake(folder)
        .orElseThrow(() -> new IOException("another backup goes to " + folder + " just now"));
  }

  /** Lets others have the folder. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (HELD.remove(folder)) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.warn("can't release {}: {}", folder, e.toString());
        }
      }
    }
  }
}
