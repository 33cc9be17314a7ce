package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteExportTest extends ExportContract {
  @Override
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }

  @Test
  void whatFailsBeforeTheFirstByteIsNoFile(@TempDir Path other) {
    try (var broken = new ApiFixture(other, withoutRows(store(other)))) {
      broken.store("t", Map.of("channel", "1", "interval", "1m"), 1, 1.0);
      for (String format : new String[] {"csv", "ndjson", "parquet"}) {
        var answer = broken.get("/export?measurement=t&format=" + format);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("content-type")).startsWith("application/problem+json");
        assertThat(answer.headers()).doesNotContainKey("content-disposition");
      }
    }
  }

  private static HistoryStore withoutRows(HistoryStore store) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("query")) {
                throw StoreException.retryable("down for a test", null);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
