package com.voltageems.hissrv.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The Debian package on this machine. Root installs it with dpkg; another user, who may not, gets
 * it unpacked into a folder, and everything runs from there.
 */
final class InstalledPackage implements AutoCloseable {
  private final Path root;
  private final boolean byDpkg;
  private final String unit;

  private InstalledPackage(Path root, boolean byDpkg) throws IOException {
    this.root = root;
    this.byDpkg = byDpkg;
    this.unit = Files.readString(unit());
  }

  static InstalledPackage install(Path deb, Path folder) throws IOException {
    if (!Command.run("id", "-u").succeed().strip().equals("0")) {
      String _ = Command.run("dpkg-deb", "-x", deb.toString(), folder.toString()).succeed();
      Files.createDirectories(folder.resolve("var/lib/hissrv"));
      return new InstalledPackage(folder, false);
    }
    if (Command.run("dpkg", "-s", "hissrv").code() == 0
        || Files.exists(Path.of("/var/lib/hissrv"))) {
      throw new AssertionError("HisSrv is installed on this machine; the test would remove it");
    }
    String _ = Command.run("dpkg", "-i", deb.toString()).succeed();
    return new InstalledPackage(Path.of("/"), true);
  }

  Path file(String path) {
    return root.resolve(path.substring(1));
  }

  /** What systemd would start, as the user whom it would start it as. */
  List<String> command() {
    var command = new ArrayList<String>();
    if (byDpkg) {
      String user = setting("User");
      command.addAll(
          List.of("setpriv", "--reuid", user, "--regid", setting("Group"), "--init-groups", "--"));
    }
    for (String word : setting("ExecStart").split(" ", -1)) {
      boolean moved = !byDpkg && word.startsWith("/");
      command.add(moved ? file(word.replace("/usr/bin/", "/usr/share/hissrv/")).toString() : word);
    }
    return command;
  }

  Path workingDirectory() {
    return file(setting("WorkingDirectory"));
  }

  /** systemd-analyze's complaints about the unit where it lies. */
  String complaints() throws IOException {
    var verified = Command.run("systemd-analyze", "verify", unit().toString());
    if (byDpkg) {
      return verified.output();
    }
    return verified.output().replaceAll("(?m)^.*is not executable.*\n?", "");
  }

  /** Removes the program; what it kept stays. */
  void remove() throws IOException {
    if (byDpkg) {
      String _ = Command.run("dpkg", "-r", "hissrv").succeed();
    }
  }

  boolean isInstalled() {
    return byDpkg && Files.exists(Path.of("/usr/bin/hissrv"));
  }

  private Path unit() {
    return file("/lib/systemd/system/hissrv.service");
  }

  private String setting(String name) {
    var line = Pattern.compile("(?m)^" + name + "=(.*)$").matcher(unit);
    if (!line.find()) {
      throw new AssertionError("no " + name + " in the unit");
    }
    return line.group(1);
  }

  /** Leaves the machine as it was. */
  @Override
  public void close() throws IOException {
    if (byDpkg) {
      Command _ = Command.run("dpkg", "-P", "hissrv");
      Command _ = Command.run("userdel", "hissrv");
      Command _ = Command.run("rm", "-rf", "/var/lib/hissrv", "/etc/hissrv");
    }
  }
}
