package com.voltageems.hissrv.demo;

import java.nio.file.Path;

/** Run as a process of its own and killed: {@code KilledDemo TEMPORARY_FOLDER}. */
final class KilledDemo {
  private KilledDemo() {}

  /** Prints the pid of Redis, then the run folder, and waits. */
  public static void main(String[] arguments) throws Exception {
    var folder = RunFolder.create(Path.of(arguments[0]));
    var redis = PrivateRedis.start(folder.path());
    System.out.println(redis.pid());
    System.out.println(folder.path());
    Thread.sleep(60_000);
  }
}
