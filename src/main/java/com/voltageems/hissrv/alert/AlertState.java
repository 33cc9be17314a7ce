package com.voltageems.hissrv.alert;

import com.voltageems.hissrv.config.AlertConfig.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a rule is.
 *
 * @param since when it became so; null until it was first evaluated
 * @param unknown variables that were not known when it was last evaluated, or {@code condition}
 *     when it could not be computed; empty otherwise
 * @param undelivered messages that wait for the webhook
 * @param dropped messages that did not fit among those, since the rule is there
 * @param lastError of the webhook's last attempt, never the URL's path; null when that went well or
 *     there was none
 */
public record AlertState(
    String name,
    Severity severity,
    Status status,
    @Nullable Instant since,
    List<String> unknown,
    int undelivered,
    long dropped,
    @Nullable String lastError) {
  /** What a rule can be. */
  public enum Status {
    /** What it asks for is not known: neither true nor false, and nothing is told. */
    UNKNOWN,
    /** The condition does not hold. */
    OK,
    /** The condition holds, not yet as long as it must. */
    PENDING,
    /** It has been told. */
    FIRING
  }

  /** Copies the list. */
  public AlertState {
    unknown = List.copyOf(unknown);
  }
}
