package com.voltageems.hissrv.http;

import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.InstantSource;

final class SqliteExportTest extends ExportContract {
  @Override
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }
}
