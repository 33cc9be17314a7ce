package com.voltageems.hissrv.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** CPU time of this process over all its threads, the collector's and the compiler's included. */
final class ProcessCpu {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ProcessCpu() {}

  static long nanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /** What the work took, in nanoseconds. */
  static long of(Runnable work) {
    long before = nanos();
    work.run();
    return nanos() - before;
  }
}
