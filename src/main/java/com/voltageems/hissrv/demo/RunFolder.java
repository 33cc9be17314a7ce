package com.voltageems.hissrv.demo;

import com.voltageems.hissrv.app.FolderLock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run, for what must not outlive it: the unpacked redis-server, its working
 * folder, its log. Only its user can look into it.
 *
 * <p>A live run holds the folder's lock, by which a sweep knows it from one that was killed.
 */
public final class RunFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

  /** The guard keeps other processes out; within ours it would be refused, not waited for. */
  private static final Object GUARDED = new Object();

  private final Path base;
  private final Path path;
  private final FolderLock lock;
  private boolean closed;

  private RunFolder(Path base, Path path, FolderLock lock) {
    this.base = base;
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes a folder for this run in {@code java.io.tmpdir}.
   *
   * @throws DemoException when it can't be made, or another user is in the way
   */
  public static RunFolder create() {
    return create(temporaryFolder());
  }

  /**
   * Ends the Redis processes of runs that were killed, deletes their folders, and says so. Folders
   * of live runs are left alone.
   *
   * @throws DemoException when the folders can't be read, or another user is in the way
   */
  public static void sweep(PrintStream out) {
    sweep(temporaryFolder(), out);
  }

  /** The folder; absolute, without symbolic links. */
  public Path path() {
    return path;
  }

  /** Deletes the folder. What runs from it must have ended. */
  @Override
  public void close() {
    synchronized (GUARDED) {
      if (closed) {
        return;
      }
      closed = true;
      try (lock;
          var _ = guard(base)) {
        LeftOver.delete(path);
      } catch (IOException e) {
        LOG.warn("can't delete {}, the next demo will try again: {}", path, e.toString());
      }
    }
  }

  static RunFolder create(Path temporaryFolder) {
    synchronized (GUARDED) {
      Path base = UserFolder.in(temporaryFolder);
      try (var _ = guard(base)) {
        Path path = Files.createTempDirectory(base, ProcessHandle.current().pid() + "-");
        FolderLock lock =
            FolderLock.tryTake(path)
                .orElseThrow(() -> new IOException(path + " is locked by another process"));
        ProcessMark.of(ProcessHandle.current()).write(path);
        return new RunFolder(base, path, lock);
      } catch (IOException e) {
        throw new DemoException("Can't make a folder in " + base + ": " + e, e);
      }
    }
  }

  static void sweep(Path temporaryFolder, PrintStream out) {
    synchronized (GUARDED) {
      Path base = UserFolder.in(temporaryFolder);
      try (var _ = guard(base);
          var folders = Files.newDirectoryStream(base, RunFolder::isFolder)) {
        for (Path folder : folders) {
          if (!isHeld(folder)) {
            new LeftOver(folder).sweep(out);
          }
        }
      } catch (IOException e) {
        throw new DemoException("Can't sweep " + base + ": " + e, e);
      }
    }
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isHeld(Path folder) throws IOException {
    Optional<FolderLock> lock = FolderLock.tryTake(folder);
    lock.ifPresent(FolderLock::close);
    return lock.isEmpty();
  }

  /** Keeps others from sweeping a folder that is being made and not yet locked. */
  private static FileChannel guard(Path base) throws IOException {
    FileChannel guard = open(base.resolve("guard"));
    try {
      var _ = guard.lock();
      return guard;
    } catch (IOException | RuntimeException e) {
      guard.close();
      throw e;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path temporaryFolder() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }
}
