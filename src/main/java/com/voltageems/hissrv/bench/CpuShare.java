package com.voltageems.hissrv.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits processes to a share of a core each, by stopping and continuing them, as cpulimit does:
 * works where nobody may set up a control group. Who was stopped is continued at the end.
 */
final class CpuShare implements AutoCloseable {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;
  private static final Duration LOOK = Duration.ofMillis(20);

  /** What was not used is not kept for longer: a share is a share of every moment. */
  private static final Duration CREDIT = Duration.ofMillis(200);

  private static final MethodHandle KILL = kill();

  private final double share;
  private final List<Limited> limited = new ArrayList<>();
  private final Thread thread;

  /** A process, and how far it is ahead of its share, in nanoseconds of CPU time. */
  private final class Limited {
    private final ProcessHandle process;
    private long usedNanos;
    private double ahead;
    private boolean stopped;

    Limited(ProcessHandle process) {
      this.process = process;
      usedNanos = cpuNanos(process);
    }

    void look(long elapsedNanos) {
      long used = cpuNanos(process);
      ahead += used - usedNanos - share * elapsedNanos;
      ahead = Math.max(ahead, -share * CREDIT.toNanos());
      usedNanos = used;
      if (ahead > 0 != stopped) {
        stopped = !stopped;
        send(process, stopped ? SIGSTOP : SIGCONT);
      }
    }
  }

  CpuShare(double share, List<ProcessHandle> processes) {
    this.share = share;
    processes.forEach(process -> limited.add(new Limited(process)));
    thread = Thread.ofPlatform().name("cpu-share").start(this::watch);
  }

  /** CPU time of a process over all its threads, so far. */
  static long cpuNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  private void watch() {
    long last = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(LOOK);
        long now = System.nanoTime();
        for (Limited one : limited) {
          one.look(now - last);
        }
        last = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    limited.forEach(one -> send(one.process, SIGCONT));
  }

  @SuppressWarnings("restricted") // a signal needs a process id and a number, and breaks nothing
  private static MethodHandle kill() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("kill"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  private static void send(ProcessHandle process, int signal) {
    try {
      int _ = (int) KILL.invokeExact((int) process.pid(), signal);
    } catch (Throwable e) {
      throw new IllegalStateException("no signal to " + process.pid(), e);
    }
  }
}
