package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.ChildJvm;
import com.voltageems.hissrv.testkit.SyscallTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On the system calls themselves: nothing leaves Redis before it is forced to disk. */
class FsyncOrderIT extends CollectorFixture {
  private static final String LOG = "outbox.db-wal";
  private static final String TAKE = "\\ntake\\r";
  private static final String RELEASE = "UNLINK";
  private static final int BATCHES = 6;

  @Test
  void everyBatchIsForcedToDiskAfterItsLastWriteAndBeforeItsRelease()
      throws IOException, InterruptedException {
    for (int i = 0; i < BATCHES * CollectingProcess.BATCH; i++) {
      var _ = i % 10 == 0 ? archive(1_700_000_040L + 60L * i) : document(i);
    }
    var trace = SyscallTrace.of(trace(), LOG, TAKE, RELEASE);

    assertThat(neighbour.exists(PENDING)).isFalse();
    assertThat(trace.releases()).as("batches released").isEqualTo(BATCHES);
    assertThat(trace.releasedTooEarly()).isEmpty();
  }

  @Test
  void aTraceInAnotherOrderIsNoticed() {
    String take = "8 sendto(5<TCP:[1->2]>, \"$4\\r\\ntake\\r\\n\", 9, 0, NULL, 0) = 9";
    String write = "7 pwrite64(9</d/outbox.db-wal>, \"x\", 1, 0) = 1";
    String force = "7 fdatasync(9</d/outbox.db-wal>) = 0";
    String release = "8 sendto(5<TCP:[1->2]>, \"*2\\r\\n$6\\r\\nUNLINK\\r\\n\", 9, 0, NULL, 0) = 9";
    String unfinished = "7 fdatasync(9</d/outbox.db-wal> <unfinished ...>";
    String resumed = "7 <... fdatasync resumed>) = 0";
    assertThat(early(take, write, force, release)).isEmpty();
    assertThat(early(take, write, unfinished, resumed, release)).isEmpty();
    assertThat(early(write, force, take, release)).hasSize(1);
    assertThat(early(write, release, force)).hasSize(1);
    assertThat(early(write, unfinished, release, resumed)).hasSize(1);
    assertThat(early(write, force, write, release)).hasSize(1);
    assertThat(early(write, force, release, release)).hasSize(1);
    assertThat(early(write, force.replace("= 0", "= -1 EIO"), release)).hasSize(1);
    assertThat(early(write, force.replace("outbox", "catalog"), release)).hasSize(1);
  }

  private static List<String> early(String... lines) {
    return SyscallTrace.of(List.of(lines), LOG, TAKE, RELEASE).releasedTooEarly();
  }

  private List<String> trace() throws IOException, InterruptedException {
    Path output = folder.resolve("strace.txt");
    Path said = folder.resolve("said.txt");
    var command =
        new ArrayList<>(
            List.of("strace", "-f", "--seccomp-bpf", "-y", "-s", "500", "-o", output.toString()));
    command.addAll(List.of("-e", "trace=fsync,fdatasync,write,pwrite64,sendto"));
    command.addAll(ChildJvm.command(CollectingProcess.class));
    command.addAll(List.of(server.url(), folder.resolve("traced").toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      assertThat(ended && process.exitValue() == 0)
          .as(
              "strace runs a process here; where ptrace is forbidden (a container without"
                  + " SYS_PTRACE, kernel.yama.ptrace_scope=3) it can't. It said: %s",
              Files.readString(said))
          .isTrue();
    } finally {
      Process _ = process.destroyForcibly().onExit().join();
    }
    return Files.readAllLines(output);
  }
}
