package com.voltageems.hissrv.app;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.time.InstantSource;

/** Which store keeps the history. */
final class Stores {
  private Stores() {}

  /**
   * InfluxDB where the configuration has one, the embedded store else. Nothing need be there yet.
   */
  static HistoryStore open(Config config, InstantSource clock, Metrics metrics) {
    return switch (config.store().type()) {
      case INFLUXDB -> LevelBuckets.open(config.influxdb().orElseThrow());
      case SQLITE ->
          new SqliteStore(
              config.store().path().resolve("store"), clock, config.store().retention(), metrics);
    };
  }

  /** Keeps what it has for so long from now on. InfluxDB's retention is its own. */
  static void keep(HistoryStore opened, Retention retention) {
    if (opened instanceof SqliteStore embedded) {
      embedded.keep(retention);
    }
  }
}
