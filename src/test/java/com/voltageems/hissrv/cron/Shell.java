package com.voltageems.hissrv.cron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the scripts as cron does: a plain environment, from another folder. */
final class Shell {
  private final Path folder;
  private final Map<String, String> environment;
  private int started;

  Shell(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  record Ended(int code, String out, String err) {}

  /** A script that is running. */
  record Run(Process process, Path out, Path err) {
    Ended await() throws IOException, InterruptedException {
      if (!process.waitFor(150, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not ended: " + Files.readString(err));
      }
      return new Ended(
          process.exitValue(), Files.readString(out).strip(), Files.readString(err).strip());
    }
  }

  Run start(String script, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of("scripts", script).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    int run = started++;
    Path out = folder.resolve(run + ".out");
    Path err = folder.resolve(run + ".err");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    return new Run(process, out, err);
  }

  Ended run(String script, String... arguments) throws IOException, InterruptedException {
    return start(script, arguments).await();
  }
}
