package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes the place in InfluxDB where history goes, or says that it is there. What it finds it leaves
 * as it is: a retention is never shortened. Throws {@link
 * com.voltageems.hissrv.store.StoreException}.
 */
public final class InfluxSetup implements AutoCloseable {
  private final InfluxConfig config;
  private final Kept kept;
  private final Server server;

  /**
   * @param levels what will be written there
   */
  public InfluxSetup(Config config, List<Level> levels) {
    this(config.influxdb().orElseThrow(), config.store().retention().ofAll(levels));
  }

  /**
   * @param retention of what is made; empty for ever
   */
  public InfluxSetup(InfluxConfig config, Optional<Duration> retention) {
    this.config = config;
    kept = new Kept(retention);
    server = new Server(config);
  }

  /**
   * All that is needed, in order.
   *
   * @param makes whether what is missing is made
   */
  public List<SetupStep> run(boolean makes) {
    InfluxConfig.Access access = config.access();
    return switch (server.version()) {
      case V3 -> new CoreSetup(server, access, kept, makes).run();
      case V2 ->
          server.hasDatabases()
              ? new DatabaseSetup(server, access, kept, makes).run()
              : new BucketSetup(server, access, kept, makes).run();
      case V1, AUTO -> new DatabaseSetup(server, access, kept, makes).run();
    };
  }

  /** What the server calls itself; empty when it was not asked or does not say. */
  public String product() {
    return server.product();
  }

  @Override
  public void close() {
    server.close();
  }
}
