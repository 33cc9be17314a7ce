package com.voltageems.hissrv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.launcher.LaunchTree.Ended;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  @TempDir Path folder;
  private LaunchTree tree;

  @BeforeEach
  void plant() throws IOException {
    folder = folder.toRealPath();
    tree = new LaunchTree(folder);
  }

  @Test
  void theFirstStartBuildsShowingItAndTheNextOneDoesNot() throws Exception {
    Ended first = tree.start("run", "with two words", "");

    assertThat(first.code()).isZero();
    assertThat(first.err())
        .first()
        .asString()
        .startsWith("hissrv: building with " + folder.resolve("the jdk"));
    assertThat(first.err()).contains("hissrv:   some-plugin:1.0:compile");
    assertThat(first.out())
        .endsWith(
            "[-jar]", "[" + tree.root() + "/target/hissrv.jar]", "[run]", "[with two words]", "[]");

    Ended second = tree.start();
    assertThat(second.code()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(tree.builds()).isEqualTo(1);
  }

  @Test
  void javaTakesTheLaunchersPlaceInTheCallersFolder() throws Exception {
    Ended ended = tree.start();

    assertThat(ended.out()).first().isEqualTo("pid=" + ended.pid() + " dir=" + folder);
  }

  @Test
  void linksAreFollowed() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a tree/hissrv"));
    Path second = Files.createSymbolicLink(folder.resolve("link2"), link);

    assertThat(tree.await(tree.launch(second, Map.of())).out())
        .endsWith("[" + tree.root() + "/target/hissrv.jar]");
  }

  @Test
  void changedSourcesAreNeverIgnored() throws Exception {
    tree.start();
    tree.write("src/main/java/Main.java", "two");
    assertThat(tree.start().err()).isNotEmpty();
    assertThat(tree.root().resolve("target/hissrv.jar")).hasContent("two");
    tree.write("src/main/resources/more.lua", "new");
    assertThat(tree.start().err()).isNotEmpty();
    Files.delete(tree.root().resolve("src/main/resources/more.lua"));
    assertThat(tree.start().err()).isNotEmpty();
    tree.write("pom.xml", "<project> </project>");
    assertThat(tree.start().err()).isNotEmpty();
    assertThat(tree.builds()).isEqualTo(5);
  }

  @Test
  void changedJarsAreNeverIgnored() throws Exception {
    tree.start();
    Path library = tree.root().resolve("target/lib/library.jar");
    FileTime before = Files.getLastModifiedTime(library);
    Files.writeString(library, "librarY\n");
    Files.setLastModifiedTime(library, before);
    tree.start();
    assertThat(library).hasContent("library");
    Files.delete(library);
    tree.start();
    assertThat(library).hasContent("library");
    assertThat(tree.builds()).isEqualTo(3);
  }

  @Test
  void aTreeThatWasBuiltElsewhereNeedsNoMaven() throws Exception {
    tree.start();
    Path moved = folder.resolve("moved");
    copy(tree.root(), moved);
    tree.removeMaven();

    Ended ended = tree.await(tree.launch(moved.resolve("hissrv"), Map.of()));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).endsWith("[" + moved + "/target/hissrv.jar]");

    Files.setLastModifiedTime(
        tree.root().resolve("target/hissrv.jar"), FileTime.from(Instant.EPOCH));
    assertThat(tree.start().err()).isEmpty();
  }

  @Test
  void aReleaseNeedsNeitherMavenNorACompiler() throws Exception {
    tree.release();

    Ended ended = tree.start("run");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).endsWith("[-jar]", "[" + tree.root() + "/hissrv.jar]", "[run]");
  }

  @Test
  void cachedClassesServeOnlyTheVeryJarsJavaAndFlagsTheyWereMadeOf() throws Exception {
    tree.release();
    tree.cacheClasses();
    assertThat(tree.start().out()).anyMatch(word -> word.startsWith("[-XX:AOTCache="));
    assertThat(
            tree.await(
                    tree.launch(
                        tree.root().resolve("hissrv"), Map.of("HISSRV_JAVA_OPTS", "-Xmx512m")))
                .out())
        .noneMatch(word -> word.contains("AOTCache"));

    Path library = tree.root().resolve("lib/library.jar");
    FileTime before = Files.getLastModifiedTime(library);
    Files.writeString(library, "librarY");
    Files.setLastModifiedTime(library, before);
    assertThat(tree.start().out()).noneMatch(word -> word.contains("AOTCache"));

    Files.writeString(library, "library");
    assertThat(tree.start().out()).anyMatch(word -> word.contains("AOTCache"));
    tree.jdk(folder.resolve("the jdk"), "25.0.4");
    assertThat(tree.start().out()).noneMatch(word -> word.contains("AOTCache"));
  }

  @Test
  void twoStartsAtOnceBuildOnce() throws Exception {
    Process first = tree.launch(tree.root().resolve("hissrv"), Map.of());
    Process second = tree.launch(tree.root().resolve("hissrv"), Map.of());

    assertThat(tree.await(first).code()).isZero();
    assertThat(tree.await(second).code()).isZero();
    assertThat(tree.builds()).isEqualTo(1);
  }

  @Test
  void aBuildThatFailsSaysWhyAndIsTriedAgain() throws Exception {
    tree.write("broken", "");
    Ended failed = tree.start();
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains("[ERROR] Main.java is broken")
        .last()
        .asString()
        .startsWith("hissrv: the build failed");

    Files.delete(tree.root().resolve("broken"));
    assertThat(tree.start().code()).isZero();
  }

  @Test
  void withoutMavenOneLineSaysWhatToInstall() throws Exception {
    tree.removeMaven();

    Ended ended = tree.start();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).singleElement().asString().contains("Maven 3.8", "install");
  }

  @Test
  void withoutAJdkOneLineSaysWhatToInstall() throws Exception {
    Path old = folder.resolve("old");
    tree.jdk(old, "17.0.15");
    Path older = folder.resolve("older");
    tree.jdk(older, "1.8.0_392");
    tree.lookFor(old, older, folder.resolve("nothing"));

    Ended ended = tree.start();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).singleElement().asString().contains("JDK 25", "install");
  }

  @Test
  void anOldJdkIsPassedOverForANewerOne() throws Exception {
    Path old = folder.resolve("old");
    tree.jdk(old, "17.0.15");
    Path fresh = folder.resolve("fresh");
    tree.jdk(fresh, "26");
    tree.lookFor(old, fresh);

    assertThat(tree.start().err()).first().asString().contains("building with " + fresh);
  }

  @Test
  void theCallersJvmOptionsComeLast() throws Exception {
    Path launcher = tree.root().resolve("hissrv");
    assertThat(tree.start().out()).contains("[-Xmx84m]", "[-XX:+UseSerialGC]");
    assertThat(
            tree.await(
                    tree.launch(launcher, Map.of("HISSRV_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC -Da=*")))
                .out())
        .containsSubsequence("[-Xmx84m]", "[-Xmx1g]", "[-XX:+UseG1GC]", "[-Da=*]", "[-jar]")
        .doesNotContain("[-XX:+UseSerialGC]");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = Files.copy(file, to.resolve(from.relativize(file)));
            if (Files.isExecutable(file) && !copy.toFile().setExecutable(true)) {
              throw new IOException("can't make " + copy + " executable");
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
