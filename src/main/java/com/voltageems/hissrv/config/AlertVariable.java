package com.voltageems.hissrv.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the condition of an alert can ask, all of them numbers. */
public enum AlertVariable {
  /** Points the store took, within the rule's window. */
  PROCESSED_COUNT(Kind.COUNT),
  /** Points set aside in quarantine, within the rule's window. */
  FAILED_COUNT(Kind.COUNT),
  /** Samples of live keys taken, within the rule's window. */
  SAMPLES_COUNT(Kind.COUNT),
  /** Samples merged into a window after it was closed, within the rule's window. */
  LATE_COUNT(Kind.COUNT),
  /** {@link #PROCESSED_COUNT} per second. */
  PROCESSED_RATE(PROCESSED_COUNT),
  /** {@link #FAILED_COUNT} per second. */
  FAILED_RATE(FAILED_COUNT),
  /** {@link #SAMPLES_COUNT} per second. */
  SAMPLES_RATE(SAMPLES_COUNT),
  /** Entries pending in Redis and points in the outbox. */
  QUEUE_SIZE(Kind.NOW),
  /** Points in the outbox. */
  OUTBOX_SIZE(Kind.NOW),
  /** Entries pending in Redis. */
  PENDING_SIZE(Kind.NOW),
  /** Seconds that the oldest point in the outbox has waited; 0 when it is empty. */
  LAG_SECONDS(Kind.NOW),
  /** Seconds since the store last took a point. */
  LAST_SYNC_AGE(Kind.NOW),
  /** Sources that are sampled. */
  SOURCES(Kind.NOW),
  /** Bytes the archives take in Redis. */
  ARCHIVE_BYTES(Kind.NOW),
  /** Components that are down. */
  DOWN_COMPONENTS(Kind.NOW),
  /** 1 while Redis answers, else 0. */
  REDIS_UP(Kind.NOW),
  /** 1 while the store answers, else 0. */
  STORE_UP(Kind.NOW),
  /** Seconds since the last whole backup began. */
  BACKUP_AGE(Kind.NOW),
  /** Seconds since the service started. */
  UPTIME_SECONDS(Kind.NOW);

  /** How a variable comes from what is read. */
  public enum Kind {
    /** What is read grows; the variable is its growth within the window. */
    COUNT,
    /** The growth of another, per second. */
    RATE,
    /** What is read, as it is. */
    NOW
  }

  private final Kind kind;
  private final @Nullable AlertVariable counted;

  AlertVariable(Kind kind) {
    this.kind = kind;
    this.counted = null;
  }

  AlertVariable(AlertVariable counted) {
    this.kind = Kind.RATE;
    this.counted = counted;
  }

  /** How it comes from what is read. */
  public Kind kind() {
    return kind;
  }

  /** What must be read for it: of a rate the count, else itself. */
  public AlertVariable read() {
    return counted == null ? this : counted;
  }

  /** As it is written, for example {@code failed_count}. */
  public String written() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> names() {
    return Arrays.stream(values()).map(AlertVariable::written).toList();
  }

  static Optional<AlertVariable> of(String written) {
    return Arrays.stream(values()).filter(v -> v.written().equals(written)).findFirst();
  }
}
