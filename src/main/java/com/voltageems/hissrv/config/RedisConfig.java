package com.voltageems.hissrv.config;

import java.util.List;

/**
 * {@code redis:}
 *
 * @param url {@code redis://[[user]:password@]host:port[/db]} or {@code
 *     redis+cluster://[[user]:password@]host:port,host:port,…}, see {@link RedisUrl}
 * @param dataPatterns where finished windows are found
 */
public record RedisConfig(String url, List<String> dataPatterns) {
  /** Copies the list. */
  public RedisConfig {
    dataPatterns = List.copyOf(dataPatterns);
  }

  /** What holds when the section is absent. */
  public static RedisConfig defaults() {
    return new RedisConfig(
        "redis://localhost:6379", List.of("archive:1m:*", "archive:5m:*", "archive:pending"));
  }

  /** The URL without user and password: fit for a log. */
  public String safeUrl() {
    return url.replaceFirst("//.*@", "//***@");
  }

  @Override
  public String toString() {
    return "RedisConfig[url=" + safeUrl() + ", dataPatterns=" + dataPatterns + "]";
  }
}
