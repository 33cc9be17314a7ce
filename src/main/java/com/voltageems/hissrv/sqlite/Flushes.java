package com.voltageems.hissrv.sqlite;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often this process has forced what it wrote into a file to disk: what wears out a flash card,
 * and what a batch saves. A transaction that changed something counts once, one that changed
 * nothing not at all; carrying the log over into the file adds two for about every thousand pages.
 */
public final class Flushes {
  private static final Map<Path, LongAdder> BY_FILE = new ConcurrentHashMap<>();

  private Flushes() {}

  /** Of all files in a folder and in its folders, since the process began. */
  public static long in(Path folder) {
    Path all = folder.toAbsolutePath().normalize();
    return BY_FILE.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(all))
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }

  static void count(Path file) {
    BY_FILE.computeIfAbsent(file.toAbsolutePath().normalize(), _ -> new LongAdder()).increment();
  }
}
