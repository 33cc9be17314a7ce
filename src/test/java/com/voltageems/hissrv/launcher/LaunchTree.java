package com.voltageems.hissrv.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real launcher in a small tree of its own, with a JDK and a Maven that only tell what they
 * were asked to do: building the real tree takes too long for a test of the launcher's decisions.
 */
final class LaunchTree {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "cp",
          "cut",
          "dirname",
          "basename",
          "env",
          "find",
          "flock",
          "grep",
          "head",
          "id",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sha256sum",
          "shasum",
          "sh",
          "sleep",
          "sort",
          "stat",
          "tail",
          "tee",
          "tr",
          "xargs");

  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >>builds
      echo "[INFO] --- some-plugin:1.0:compile (default) @ hissrv ---"
      sleep 0.3
      if [ -f broken ]; then echo "[ERROR] Main.java is broken"; exit 1; fi
      mkdir -p target/lib
      cat src/main/java/Main.java >target/hissrv.jar
      echo library >target/lib/library.jar
      """;

  private static final String JAVA =
      """
      #!/bin/sh
      echo "pid=$$ dir=$PWD"
      for argument in "$@"; do echo "[$argument]"; done
      """;

  private final Path folder;
  private final Path root;
  private final Path tools;
  private final Path jdk;

  record Ended(int code, long pid, List<String> out, List<String> err) {}

  LaunchTree(Path folder) throws IOException {
    this.folder = folder;
    root = Files.createDirectories(folder.resolve("a tree"));
    tools = Files.createDirectories(folder.resolve("tools"));
    jdk = folder.resolve("the jdk");
    for (String name : List.of("hissrv", "scripts/find-jdk.sh", "scripts/java.sh")) {
      Path copy = root.resolve(name);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(name), copy);
    }
    write("pom.xml", "<project/>");
    write("src/main/java/Main.java", "one");
    linkTools();
    script(tools.resolve("mvn"), MAVEN);
    jdk(jdk, "25.0.3");
    lookFor(jdk);
  }

  Path root() {
    return root;
  }

  /** The launcher looks for a JDK here and nowhere else. */
  void lookFor(Path... places) throws IOException {
    Path finder = root.resolve("scripts/find-jdk.sh");
    var list = new StringBuilder();
    for (Path place : places) {
      list.append("'").append(place).append("' ");
    }
    Files.writeString(
        finder,
        Files.readString(Path.of("scripts/find-jdk.sh"))
            + "jdk_places() { printf '%s\\n' "
            + list
            + "; }\n");
  }

  void jdk(Path folder, String version) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(folder.resolve("bin/java"), JAVA);
    script(folder.resolve("bin/javac"), JAVA);
  }

  /** Turns the tree into what a release is: no sources, jars beside the launcher, no compiler. */
  void release() throws IOException {
    removeMaven();
    Files.delete(root.resolve("pom.xml"));
    Files.delete(jdk.resolve("bin/javac"));
    write("hissrv.jar", "one");
    write("lib/library.jar", "library");
    Files.createDirectory(root.resolve("aot"));
  }

  /** Makes the cache that fits what is there now, named as the launcher's own script names it. */
  void cacheClasses() throws IOException, InterruptedException {
    var script =
        ". '%1$s/scripts/java.sh'; JAVA_HOME='%2$s'; java_flags; : >\"$(aot_file '%1$s')\""
            .formatted(root, jdk);
    var process = new ProcessBuilder("bash", "-eu", "-c", script).inheritIO();
    process.environment().remove("HISSRV_JAVA_OPTS");
    if (process.start().waitFor() != 0) {
      throw new AssertionError("no cache");
    }
  }

  void removeMaven() throws IOException {
    Files.delete(tools.resolve("mvn"));
  }

  void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** How often Maven was called. */
  int builds() throws IOException {
    Path builds = root.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  Ended start(String... arguments) throws IOException, InterruptedException {
    return await(launch(root.resolve("hissrv"), Map.of(), arguments));
  }

  Process launch(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  Ended await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher did not end within 30 s");
    }
    return new Ended(
        process.exitValue(),
        process.pid(),
        lines(process.getInputStream().readAllBytes()),
        lines(process.getErrorStream().readAllBytes()));
  }

  private static List<String> lines(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).lines().toList();
  }

  private void linkTools() throws IOException {
    List<Path> path = Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of).toList();
    for (String tool : TOOLS) {
      for (Path folder : path) {
        if (Files.isExecutable(folder.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), folder.resolve(tool).toAbsolutePath());
          break;
        }
      }
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("can't make " + file + " executable");
    }
  }
}
