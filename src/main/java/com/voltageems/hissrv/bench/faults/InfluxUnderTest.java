package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.store.influx.InfluxSetup;
import com.voltageems.hissrv.store.influx.InfluxStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A real InfluxDB behind a proxy that breaks what it is told to break. */
final class InfluxUnderTest implements AutoCloseable {
  private static final String DATABASE = "faults";

  private final PrivateInflux influx;
  private final FaultyProxy proxy;

  InfluxUnderTest(Path folder) {
    influx = PrivateInflux.start(folder.resolve("influx"));
    try (var setup = new InfluxSetup(config(influx.url()), Optional.empty())) {
      var _ = setup.run(true);
    }
    proxy = new FaultyProxy(influx.port());
  }

  FaultyProxy proxy() {
    return proxy;
  }

  /** What the service's configuration has of it: it knows the proxy alone. */
  String section() {
    return "influxdb: {url: \"http://127.0.0.1:%d\", database: %s, timeout: 2s}%n"
        .formatted(proxy.port(), DATABASE);
  }

  /** The database itself, past the proxy. */
  InfluxStore behind() {
    return new InfluxStore(config(influx.url()));
  }

  @Override
  public void close() {
    proxy.close();
    influx.close();
  }

  private static InfluxConfig config(URI url) {
    return new InfluxConfig(
        url,
        InfluxVersion.V1,
        new InfluxConfig.Access("", "", "", DATABASE, "", "", ""),
        true,
        Duration.ofSeconds(30),
        Optional.empty(),
        4);
  }
}
