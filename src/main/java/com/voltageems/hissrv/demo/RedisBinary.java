package com.voltageems.hissrv.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the real redis-server comes from: bundled as a resource for Linux and macOS on x64 and
 * arm64, otherwise whatever is installed.
 */
final class RedisBinary {
  private static final String NAME = "redis-server";
  private static final String CHECKER = "redis-check-rdb";
  private static final String BUNDLED = "/redis-server-7.0.15-";

  private RedisBinary() {}

  /** The bundled server unpacked into the folder (once), or the installed one. */
  static Path in(Path folder) {
    Path unpacked = folder.resolve(NAME);
    if (!Files.exists(unpacked) && !unpack(unpacked)) {
      return installed()
          .orElseThrow(() ->
              new DemoException(
                  "No Redis for "
                      + platform()
                      + ": install Redis 7 or newer so that redis-server is on the PATH",
                  null));
    }
    if (Files.isExecutable(unpacked)) {
      return unpacked;
    }
    return installed()
        .orElseThrow(() ->
            new DemoException(
                folder
                    + " does not let programs run (mounted noexec?): choose another folder"
                    + " with -Djava.io.tmpdir=DIR, or install Redis 7 or newer so that"
                    + " redis-server is on the PATH",
                null));
  }

  private static boolean unpack(Path target) {
    try (InputStream bundled = RedisBinary.class.getResourceAsStream(BUNDLED + platform())) {
      if (bundled == null) {
        return false;
      }
      Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
      Path part = Files.createTempFile(folder, NAME, ".part");
      Files.copy(bundled, part, StandardCopyOption.REPLACE_EXISTING);
      if (!part.toFile().setExecutable(true, true)) {
        throw new IOException("can't make " + part + " executable");
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw new DemoException("Can't unpack redis-server to " + target + ": " + e, e);
    }
  }

  /**
   * The redis-server that is installed, also where only Debian's redis-tools are: redis-check-rdb
   * is the server under another name, and becomes it by a link in the folder.
   */
  static Optional<Path> installed(Path folder) {
    return installed().or(() -> OnPath.find(CHECKER).map(server -> linked(server, folder)));
  }

  private static Path linked(Path server, Path folder) {
    Path link = folder.resolve("installed").resolve(NAME);
    try {
      Files.createDirectories(folder.resolve("installed"));
      Files.deleteIfExists(link);
      return Files.createSymbolicLink(link, server);
    } catch (IOException e) {
      throw new DemoException("Can't link " + link + " to " + server + ": " + e, e);
    }
  }

  private static Optional<Path> installed() {
    return OnPath.find(NAME);
  }

  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return (os.startsWith("mac") ? "darwin" : os)
        + "-"
        + switch (arch) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
  }
}
