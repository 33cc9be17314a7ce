package com.voltageems.hissrv.config;

import java.nio.file.Path;

/**
 * {@code store:}
 *
 * @param path the data directory: the store's folder and, beside it, outbox and catalog; a relative
 *     one is relative to the working directory
 * @param retention how long which level is kept
 */
public record StoreConfig(Path path, Retention retention) {
  /** What holds when the section is absent. */
  public static StoreConfig defaults() {
    return new StoreConfig(Path.of("data"), Retention.defaults());
  }
}
