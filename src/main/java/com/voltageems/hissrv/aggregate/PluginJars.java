package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.config.Problem;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/** Finds functions in jars, each with a class loader of its own: their classes don't mix. */
final class PluginJars {
  private static final String SERVICE = "META-INF/services/" + AggregateFunction.class.getName();

  private PluginJars() {}

  /** In the order of their names; none where there is no such folder. */
  static List<Path> in(Path folder, Collection<Problem> problems) {
    var jars = new ArrayList<Path>();
    if (!Files.exists(folder)) {
      return jars;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(jars::add);
    } catch (IOException e) {
      problems.add(problem(folder, "can't be read as a folder of plugins: " + e));
    }
    jars.sort(null);
    return jars;
  }

  /** All of a jar's functions; a jar without any, or one that is broken, is a problem. */
  static List<AggregateFunction> functionsOf(Path jar, Collection<Problem> problems) {
    var functions = new ArrayList<AggregateFunction>();
    try (var file = new JarFile(jar.toFile())) {
      if (file.getEntry(SERVICE) == null) {
        problems.add(problem(jar, "holds no plugin: there is no " + SERVICE + " in it"));
        return functions;
      }
      var loader = new URLClassLoader(new URL[] {url(jar)}, PluginJars.class.getClassLoader());
      for (AggregateFunction function : ServiceLoader.load(AggregateFunction.class, loader)) {
        functions.add(function);
      }
      if (functions.isEmpty()) {
        problems.add(problem(jar, "holds no plugin: " + SERVICE + " names none"));
      }
    } catch (IOException e) {
      problems.add(problem(jar, "can't be read as a jar: " + e.getMessage()));
    } catch (ServiceConfigurationError | LinkageError e) {
      problems.add(problem(jar, "can't be loaded: " + reason(e)));
    }
    return functions;
  }

  /** What a function calls itself; one that throws has no name. */
  static String nameOf(AggregateFunction function) {
    try {
      return String.valueOf(function.name());
    } catch (RuntimeException | LinkageError e) {
      return "";
    }
  }

  static Problem problem(Path jar, String message) {
    return new Problem(jar.toString(), 0, 0, "", message);
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause();
    return e.getMessage() + (cause == null ? "" : " (" + cause + ")");
  }
}
