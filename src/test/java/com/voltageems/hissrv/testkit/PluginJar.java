package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.aggregate.AggregateFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes jars of functions, from sources, as somebody outside would. */
public final class PluginJar {
  public static final String SERVICE = "META-INF/services/" + AggregateFunction.class.getName();

  private PluginJar() {}

  /** The worked example. */
  public static void buildExample(Path jar, Path work) throws IOException {
    Path example = Path.of("examples/nearest-rank");
    String service = Files.readString(example.resolve("resources").resolve(SERVICE));
    build(jar, work, example.resolve("src/com/example/hissrv/NearestRank.java"), service);
  }

  /**
   * Compiles one source.
   *
   * @param service what stands in {@value #SERVICE}
   */
  public static void build(Path jar, Path work, Path source, String service) throws IOException {
    Path classes = Files.createDirectories(work.resolve("classes-" + jar.getFileName()));
    int code =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    if (code != 0) {
      throw new AssertionError("javac " + source + " answered " + code);
    }
    Files.createDirectories(classes.resolve(SERVICE).getParent());
    Files.writeString(classes.resolve(SERVICE), service);
    write(jar, classes);
  }

  /** A jar with one text in it. */
  public static void ofText(Path jar, Path work, String name, String text) throws IOException {
    Path folder = work.resolve("content-" + jar.getFileName());
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    write(jar, folder);
  }

  private static void write(Path jar, Path folder) throws IOException {
    var files = new TreeMap<String, Path>();
    try (Stream<Path> found = Files.walk(folder)) {
      found
          .filter(Files::isRegularFile)
          .forEach(file -> files.put(folder.relativize(file).toString(), file));
    }
    Files.createDirectories(jar.getParent());
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (var file : files.entrySet()) {
        out.putNextEntry(new JarEntry(file.getKey()));
        Files.copy(file.getValue(), out);
        out.closeEntry();
      }
    }
  }
}
