package com.voltageems.hissrv.config;

import java.util.List;

/**
 * {@code redis:}
 *
 * @param url see {@link RedisUrl}; user and password are in it, wherever they were written
 * @param tls for {@code rediss} alone
 * @param sentinels who we are to the Sentinels
 * @param dataPatterns where finished windows are found
 */
public record RedisConfig(
    String url, RedisTls tls, RedisLogin sentinels, List<String> dataPatterns) {
  /** Copies the list. */
  public RedisConfig {
    dataPatterns = List.copyOf(dataPatterns);
  }

  /** With nothing of its own to say of TLS, or to Sentinels. */
  public RedisConfig(String url, List<String> dataPatterns) {
    this(url, RedisTls.defaults(), RedisLogin.NONE, dataPatterns);
  }

  /** What holds when the section is absent. */
  public static RedisConfig defaults() {
    return new RedisConfig(
        "redis://localhost:6379", List.of("archive:1m:*", "archive:5m:*", "archive:pending"));
  }

  /** Another Redis, with all else that is written. */
  public RedisConfig at(String otherUrl) {
    return new RedisConfig(otherUrl, tls, sentinels, dataPatterns);
  }

  /** The same Redis, other patterns. */
  RedisConfig withDataPatterns(List<String> others) {
    return new RedisConfig(url, tls, sentinels, others);
  }

  /** The URL without user and password: fit for a log. */
  public String safeUrl() {
    return url.replaceFirst("//.*@", "//***@");
  }

  @Override
  public String toString() {
    return "RedisConfig[url=" + safeUrl() + ", tls=" + tls + ", dataPatterns=" + dataPatterns + "]";
  }
}
