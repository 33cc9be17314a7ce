package com.voltageems.hissrv.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The data directory, which two processes must never share. */
public final class DataFolder {
  private DataFolder() {}

  /**
   * Makes it if there is none and keeps others out until the lock is closed or the process ends.
   *
   * @throws DataFolderException when another HisSrv has it, or nothing can be written there
   */
  public static FolderLock claim(Path folder) {
    Optional<FolderLock> lock;
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      if (!Files.isWritable(folder)) {
        throw new AccessDeniedException(folder.toString());
      }
      lock = FolderLock.tryTake(folder);
    } catch (IOException e) {
      throw new DataFolderException("can't use " + folder + ": " + reason(e), e);
    }
    return lock.orElseThrow(() -> new DataFolderException("another HisSrv uses " + folder, null));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException _ -> "it is not a folder";
      case AccessDeniedException _ -> "no permission to write there";
      case NoSuchFileException _ -> "it can't be made there";
      default -> String.valueOf(e.getMessage());
    };
  }
}
