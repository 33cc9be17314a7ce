package com.voltageems.hissrv.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code alerts:}.
 *
 * @param window what counts are taken over
 * @param holds how long the condition must hold before it fires; zero: at once
 * @param webhook where it is told; null when it is only logged
 */
public record AlertConfig(
    String name,
    AlertCondition condition,
    Duration window,
    Duration holds,
    Severity severity,
    @Nullable Webhook webhook) {
  /** How bad it is. */
  public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Worth a look. */
    WARNING,
    /** Somebody has to act. */
    CRITICAL
  }

  /**
   * Where an alert is posted to.
   *
   * @param url http or https; its path may be a secret
   * @param template of the body, with <code>{{name}}</code> and its like; null: our own
   * @param secret what the body is signed with; null: it is not
   * @param timeout of one attempt
   */
  public record Webhook(
      URI url, @Nullable String template, @Nullable String secret, Duration timeout) {
    /** Without what may be secret. */
    @Override
    public String toString() {
      return "webhook at %s://%s within %s%s%s"
          .formatted(
              url.getScheme(),
              url.getRawAuthority(),
              timeout,
              template == null ? "" : ", with a template",
              secret == null ? "" : ", signed");
    }
  }
}
