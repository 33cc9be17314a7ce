package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.FreeStoreContract;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.testkit.ManualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends FreeStoreContract {
  @TempDir Path folder;

  @Override
  protected HistoryStore open() {
    return new SqliteStore(folder.resolve("store"), new ManualClock(NOON));
  }
}
