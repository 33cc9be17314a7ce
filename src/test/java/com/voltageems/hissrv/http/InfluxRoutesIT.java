package com.voltageems.hissrv.http;

import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.influx.InfluxStore;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every route that asks the store or changes it, on a real InfluxDB 1.x. */
class InfluxRoutesIT {
  @TempDir static Path influxFolder;
  private static LocalInflux influx;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  InfluxRoutesIT() {}

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(influxFolder, "");
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  private static HistoryStore empty() {
    return new InfluxStore(influx.config(influx.database()));
  }

  @Nested
  final class Queries extends QueryContract {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }

  @Nested
  final class Exports extends ExportContract {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }

  @Nested
  final class Inventory extends InventoryRoutesTest {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }

  @Nested
  final class HisApi extends HisApiTest {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }

  @Nested
  final class Corrections extends CorrectionRoutesTest {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }

  @Nested
  final class Backups extends BackupRoutesTest {
    @Override
    HistoryStore store(Path folder) {
      return empty();
    }
  }
}
