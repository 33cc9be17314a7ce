package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteQueryTest extends QueryContract {
  @Override
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }

  @Test
  void anAnswerThatCanNotBeFinishedBreaksOff(@TempDir Path own) throws IOException {
    try (var api = new ApiFixture(own)) {
      writeDays(api, 2);
      var damaged = own.resolve("store/1m/2026-01-28.db");
      api.store.close();
      Files.write(damaged, new byte[20_000]);
      Path other = Files.createDirectories(own.resolve("other"));
      try (var again = new ApiFixture(other, store(own))) {
        String question = "/query?measurement=long&format=csv&start=2026-01-27T00:00:00Z&stop=";
        assertThat(again.get(question + "2026-01-28T00:00:00Z").body()).hasSizeGreaterThan(40_000);
        assertThatThrownBy(() -> again.get(question + "2026-01-29T00:00:00Z"))
            .isInstanceOf(UncheckedIOException.class);
        assertThat(again.get(question.replace("-27T", "-28T") + "2026-01-29T00:00:00Z").problem())
            .as("nothing was sent before")
            .isEqualTo("store-unavailable");
      }
    }
  }

  @Test
  void aClientThatTakesNothingHoldsUpNeitherWritersNorOtherReaders(@TempDir Path own)
      throws IOException {
    try (var api = new ApiFixture(own)) {
      writeDays(api, 20);
      var sockets = new ArrayList<Socket>();
      for (int i = 0; i < 3; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), api.port);
        sockets.add(socket);
        String request =
            String.join(
                "\r\n",
                "GET /query?measurement=long&format=ndjson&start=2026-01-01T00:00:00Z HTTP/1.1",
                "Host: localhost",
                "",
                "");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      }
      long begun = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        api.store("long", Map.of("interval", "1m"), i + 1, 1.0);
        assertThat(api.get("/query?measurement=long&format=csv").status()).isEqualTo(200);
        assertThat(api.get("/query?measurement=long").json().path("rows")).isNotEmpty();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Of one series, from so many days before the 29th on. */
  private static void writeDays(ApiFixture api, int days) {
    Instant end = Instant.parse("2026-01-29T00:00:00Z");
    for (int day = days; day > 0; day--) {
      var points = new ArrayList<Point>();
      for (int minute = 0; minute < 1_440; minute++) {
        points.add(
            Point.of(
                SeriesKey.of("long", Map.of("interval", "1m")),
                end.minus(Duration.ofDays(day)).plus(Duration.ofMinutes(minute)),
                Map.of("v_avg", FieldValue.of(minute + 1 / 3.0))));
      }
      assertThat(api.store.write(List.copyOf(points)).rejections()).isEmpty();
    }
  }
}
