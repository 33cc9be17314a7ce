package com.voltageems.hissrv.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the system's, run to its end. */
record Command(int code, String output) {
  private static final long MINUTES = 3;

  static Command run(String... words) throws IOException {
    return run(Map.of(), words);
  }

  static Command run(Map<String, String> environment, String... words) throws IOException {
    Path output = Files.createTempFile("command", ".txt");
    try {
      var builder =
          new ProcessBuilder(List.of(words))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(words) + " did not end");
      }
      return new Command(
          process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      Files.delete(output);
    }
  }

  /** Its output; a failure is one of the test. */
  String succeed() {
    if (code != 0) {
      throw new AssertionError("ended with " + code + ":\n" + output);
    }
    return output;
  }
}
