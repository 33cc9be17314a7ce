package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link RelentlessWriter}, or another like it, in a process of its own. */
final class WriterProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private WriterProcess(Process process) {
    this.process = process;
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * @param before of the command, such as a shell that sets a limit
   */
  static WriterProcess start(List<String> before, Path folder, int firstBatch) throws IOException {
    return start(RelentlessWriter.class, before, folder, firstBatch);
  }

  static WriterProcess start(Class<?> program, List<String> before, Path folder, int firstBatch)
      throws IOException {
    var command = new ArrayList<>(before);
    command.addAll(ChildJvm.command(program));
    command.add(folder.toString());
    command.add(String.valueOf(firstBatch));
    return new WriterProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The next line it says; null when it has ended. */
  @Nullable String nextLine() throws IOException {
    return out.readLine();
  }

  /** Kill -9, then what it had said until then. */
  List<String> kill() throws IOException {
    // Through the handle: Process.destroyForcibly throws away what is left to read.
    boolean _ = process.toHandle().destroyForcibly();
    Process _ = process.onExit().join();
    var rest = new ArrayList<String>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      rest.add(line);
    }
    return rest;
  }

  @Override
  public void close() {
    Process _ = process.destroyForcibly().onExit().join();
  }
}
