package com.voltageems.hissrv.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code logging:}
 *
 * @param levels by target: {@code hissrv}, one package of it ({@code hissrv.deliver}) or a
 *     library's logger; a level is off, error, warn, info, debug or trace
 * @param json whether a line is a JSON object
 * @param file relative to the working directory; null for none
 * @param fileSize bytes at which it starts anew; it does each day (UTC), too
 * @param days how long old files are kept
 * @param totalSize bytes that old files may take together
 */
public record LoggingConfig(
    Map<String, String> levels,
    boolean json,
    @Nullable Path file,
    long fileSize,
    int days,
    long totalSize) {
  /** Copies the map. */
  public LoggingConfig {
    levels = Map.copyOf(levels);
  }

  /** What holds when the section is absent. */
  public static LoggingConfig defaults() {
    return new LoggingConfig(
        Map.of(), false, Path.of("logs", "hissrv.log"), 10L << 20, 7, 70L << 20);
  }
}
