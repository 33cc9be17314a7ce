package com.voltageems.hissrv.observe;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is logged, how and where.
 *
 * @param levels by target, as in {@code HISSRV_LOG}, which wins
 * @param json whether a line is a JSON object
 * @param file null for none
 * @param fileSize bytes at which the file starts anew; it does each day (UTC), too
 * @param days how long old files are kept
 * @param totalSize bytes that old files may take together
 */
public record LogOutput(
    Map<String, String> levels,
    boolean json,
    @Nullable Path file,
    long fileSize,
    int days,
    long totalSize) {
  /** Copies the map. */
  public LogOutput {
    levels = Map.copyOf(levels);
  }

  /** The same with these levels. */
  public LogOutput with(Map<String, String> targets) {
    return new LogOutput(targets, json, file, fileSize, days, totalSize);
  }

  /** Text, in a file of the usual size; null for none. */
  public static LogOutput text(@Nullable Path file) {
    return new LogOutput(Map.of(), false, file, 10L << 20, 7, 70L << 20);
  }
}
