package com.voltageems.hissrv.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderIT {
  @TempDir Path temporary;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void whatAKilledRunLeftIsSweptAndSaid() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledDemo.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long redis;
    Path folder;
    try (var lines = demo.inputReader(UTF_8)) {
      redis = Long.parseLong(lines.readLine());
      folder = Path.of(lines.readLine());

      sweep();
      assertThat(ProcessHandle.of(redis)).as("Redis of a live run").isPresent();
      assertThat(folder).isDirectory();
      assertThat(said.toString(UTF_8)).isEmpty();
    } finally {
      demo.destroyForcibly().waitFor();
    }
    assertThat(ProcessHandle.of(redis)).as("Redis survives its killed owner").isPresent();

    sweep();

    assertThat(ProcessHandle.of(redis).filter(ProcessMark::isRunning)).isEmpty();
    assertThat(folder).doesNotExist();
    assertThat(said.toString(UTF_8)).contains(folder.toString(), "process " + redis);
  }

  @Test
  void ourOwnLiveFoldersAreLeftAloneAndStayLocked() throws Exception {
    try (var one = RunFolder.create(temporary);
        var other = RunFolder.create(temporary)) {
      sweep();
      assertThat(one.path()).isDirectory();
      assertThat(other.path()).isDirectory();
    }
    assertThat(said.toString(UTF_8)).isEmpty();
  }

  @Test
  void closingDeletesTheFolderWithAllInIt() throws IOException {
    var folder = RunFolder.create(temporary);
    Files.createDirectories(folder.path().resolve("a/b"));
    Files.writeString(folder.path().resolve("a/b/c"), "text");
    folder.close();
    assertThat(folder.path()).doesNotExist();
    folder.close();
  }

  @Test
  void aLinkInTheFolderIsDeletedNotFollowed() throws IOException {
    Path precious = Files.writeString(temporary.resolve("precious"), "text");
    var folder = RunFolder.create(temporary);
    Files.createSymbolicLink(folder.path().resolve("link"), temporary);
    folder.close();
    assertThat(precious).exists();
  }

  @Test
  void anInstalledRedisIsKnownByItsMarkAndALaterProcessWithItsIdIsNotMistakenForIt()
      throws Exception {
    Process same = new ProcessBuilder("sleep", "60").start();
    Process later = new ProcessBuilder("sleep", "60").start();
    try {
      Path folder = abandoned();
      ProcessMark mark = ProcessMark.of(same.toHandle());
      mark.write(Files.createDirectory(folder.resolve("redis-1")));
      Instant anHourBefore = mark.started().minusSeconds(3600);
      new ProcessMark(later.pid(), anHourBefore, mark.command())
          .write(Files.createDirectory(folder.resolve("redis-2")));

      sweep();

      assertThat(same.isAlive()).isFalse();
      assertThat(later.isAlive()).isTrue();
      assertThat(folder).doesNotExist();
    } finally {
      same.destroyForcibly().waitFor();
      later.destroyForcibly().waitFor();
    }
  }

  @Test
  void onlyItsUserCanLookIntoIt() throws IOException {
    try (var folder = RunFolder.create(temporary)) {
      Path base = folder.path().getParent();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(base)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aLinkPlantedUnderItsNameIsRefused() throws IOException {
    Path base = base();
    Files.delete(base);
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(base, elsewhere);
    assertThatThrownBy(() -> RunFolder.create(temporary))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining(base + " is not a folder");
    assertThatThrownBy(this::sweep).isInstanceOf(DemoException.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aFolderOpenToOthersIsRefused() throws IOException {
    Path base = base();
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> RunFolder.create(temporary))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("rwxrwxrwx");
  }

  private void sweep() {
    try (var out = new PrintStream(said, true, UTF_8)) {
      RunFolder.sweep(temporary, out);
    }
  }

  /** A folder such as a run leaves that was killed before it started anything. */
  private Path abandoned() throws IOException {
    return Files.createDirectory(base().resolve("1-abandoned"));
  }

  /** The user's folder, empty. */
  private Path base() throws IOException {
    RunFolder.create(temporary).close();
    Path base = temporary.toRealPath().resolve("hissrv-demo-" + System.getProperty("user.name"));
    Files.delete(base.resolve("guard"));
    return base;
  }
}
