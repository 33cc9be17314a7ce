package com.voltageems.hissrv.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code store:}
 *
 * @param type which engine keeps the history
 * @param path the data directory: the store's folder and, beside it, outbox and catalog; a relative
 *     one is relative to the working directory
 * @param retention how long which level is kept
 * @param also a second store, which gets all points, too; empty when there is none
 */
public record StoreConfig(
    StoreType type, Path path, Retention retention, Optional<InfluxConfig> also) {
  /** In the embedded store. */
  public StoreConfig(Path path, Retention retention) {
    this(StoreType.SQLITE, path, retention, Optional.empty());
  }

  /** What holds when the section is absent. */
  public static StoreConfig defaults() {
    return new StoreConfig(Path.of("data"), Retention.defaults());
  }

  /** The same, in another store. */
  StoreConfig in(StoreType other) {
    return new StoreConfig(other, path, retention, also);
  }

  /** The same, but for how long levels are kept. */
  StoreConfig with(Retention other) {
    return new StoreConfig(type, path, other, also);
  }
}
