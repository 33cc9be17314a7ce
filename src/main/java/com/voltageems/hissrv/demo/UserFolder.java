package com.voltageems.hissrv.demo;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * The user's own folder in one that everybody writes to. Anybody may have planted something under
 * its name before, so what is there must be a folder, not a link, ours and closed to others.
 */
final class UserFolder {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private UserFolder() {}

  static Path in(Path shared) {
    String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      Path real = shared.toRealPath();
      Path folder = real.resolve("hissrv-demo-" + user);
      create(folder);
      verify(folder, us(real));
      return folder;
    } catch (IOException e) {
      throw new DemoException("Can't make a private folder in " + shared + ": " + e, e);
    }
  }

  private static void create(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException _) {
      // verified like a new one
    }
  }

  private static void verify(Path folder, UserPrincipal us) throws IOException {
    var attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw refusal(folder, "is not a folder");
    }
    if (!attributes.owner().equals(us)) {
      throw refusal(folder, "belongs to " + attributes.owner().getName());
    }
    if (!attributes.permissions().equals(PRIVATE)) {
      throw refusal(
          folder, "has permissions " + PosixFilePermissions.toString(attributes.permissions()));
    }
  }

  /** The user that files we make belong to; {@code user.name} need not be known to the system. */
  private static UserPrincipal us(Path shared) throws IOException {
    Path probe = Files.createTempFile(shared, "hissrv-", ".tmp");
    try {
      return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
    } finally {
      Files.delete(probe);
    }
  }

  private static DemoException refusal(Path folder, String what) {
    return new DemoException(
        folder + " " + what + ": remove it, or choose another place with -Djava.io.tmpdir=DIR",
        null);
  }
}
