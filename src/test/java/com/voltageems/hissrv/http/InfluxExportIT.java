package com.voltageems.hissrv.http;

import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.influx.InfluxStore;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a real InfluxDB 1.x. */
final class InfluxExportIT extends ExportContract {
  @TempDir static Path influxFolder;
  private static LocalInflux influx;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  InfluxExportIT() {}

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(influxFolder, "");
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  @Override
  HistoryStore store(Path folder) {
    return new InfluxStore(influx.config(influx.database()));
  }
}
