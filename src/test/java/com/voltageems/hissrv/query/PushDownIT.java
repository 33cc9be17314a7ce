package com.voltageems.hissrv.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.influx.InfluxStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions that a real InfluxDB 1.x reckons by itself, beside the embedded store. */
class PushDownIT {
  /** Clocks in Berlin change on the 29th. */
  private static final Instant START = Instant.parse("2026-03-27T00:00:00Z");

  private static final long SEED = 9;

  @TempDir Path folder;
  private int left;

  @Test
  void everyAnswerIsTheEmbeddedStoresToTheLastBit() throws IOException {
    var clock = InstantSource.fixed(START.plusSeconds(4 * 86_400));
    try (var influx = LocalInflux.start(Files.createDirectory(folder.resolve("influx")), "");
        var remote = new InfluxStore(influx.config(influx.database()));
        var embedded = new SqliteStore(folder.resolve("store"), clock)) {
      for (List<Point> batch : batches()) {
        assertThat(remote.write(batch).rejections()).isEmpty();
        assertThat(embedded.write(batch).rejections()).isEmpty();
      }
      var ours = new HistoryQuery(embedded, clock);
      var theirs = new HistoryQuery(watched(remote), clock);

      String berlin = "&tz=Europe/Berlin";
      String quiet = "start=2026-03-27T05:07:09Z&stop=2026-03-28T12:00:00Z";
      String change = "start=2026-03-28T20:00:00Z&stop=2026-03-29T20:00:00Z";
      assertSame(ours, theirs, quiet + "&every=1h&fn=min,max,count,first,last" + berlin, 1);
      assertSame(ours, theirs, quiet + "&every=1d&fn=max" + berlin, 1);
      assertSame(ours, theirs, quiet + "&every=1h&fn=count&tz=Asia/Kolkata", 1);
      assertSame(ours, theirs, quiet + "&every=7m&fn=last&origin=epoch", 1);
      assertSame(ours, theirs, quiet + "&every=15m&fn=min&fill=null&order=desc", 1);
      assertSame(ours, theirs, quiet + "&every=15m&fn=max&channel!=1&limit=10", 1);
      assertSame(ours, theirs, quiet + "&every=1h&fn=min,count&interval=raw", 1);
      // Buckets of several lengths, and what rounding is in, are reckoned here.
      assertSame(ours, theirs, change + "&every=1h&fn=max" + berlin, 0);
      assertSame(ours, theirs, quiet + "&every=7m&fn=max" + berlin, 0);
      assertSame(ours, theirs, quiet + "&every=1h&fn=mean,max", 0);
      assertSame(ours, theirs, quiet + "&every=1h&fn=sum", 0);
      assertSame(ours, theirs, quiet + "&every=1mo&fn=max", 0);
    }
  }

  private void assertSame(HistoryQuery ours, HistoryQuery theirs, String question, int reckoned) {
    var parameters = new TreeMap<String, List<String>>();
    parameters.put("measurement", List.of("telemetry"));
    for (String part : question.split("&", -1)) {
      boolean not = part.contains("!=");
      String[] both = part.split(not ? "!=" : "=", 2);
      parameters.put(both[0] + (not ? "!" : ""), List.of(both[1]));
    }
    left = 0;
    QueryResult expected = ours.run(parameters);
    QueryResult answer = theirs.run(parameters);
    assertThat(answer.columns()).as(question).isEqualTo(expected.columns());
    var expectedRows = new ArrayList<List<?>>();
    expected.rows().forEach(row -> expectedRows.add(new ArrayList<>(row)));
    var rows = new ArrayList<List<?>>();
    answer.rows().forEach(row -> rows.add(new ArrayList<>(row)));
    assertThat(rows).as(question).isEqualTo(expectedRows).isNotEmpty();
    assertThat(left).as("left to InfluxDB: %s", question).isEqualTo(reckoned);
  }

  /** Counts what is left to the store. */
  private HistoryStore watched(HistoryStore store) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              try {
                Object answer = method.invoke(store, arguments);
                if (answer instanceof Optional<?> rows && rows.isPresent()) {
                  left++;
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static List<List<Point>> batches() {
    var random = new Random(SEED);
    var batches = new ArrayList<List<Point>>();
    for (int hour = 0; hour < 72; hour++) {
      var batch = new ArrayList<Point>();
      for (int minute = 0; minute < 60; minute += 1 + random.nextInt(5)) {
        Instant time = START.plusSeconds(3_600L * hour + 60L * minute);
        for (int channel = 1; channel <= 3; channel++) {
          if (random.nextInt(4) > 0) {
            batch.add(point(random, channel, "1m", time));
          }
          if (random.nextInt(4) == 0) {
            batch.add(point(random, channel, "", time.plusMillis(random.nextInt(60_000))));
          }
        }
      }
      batches.add(batch);
    }
    return batches;
  }

  private static Point point(Random random, int channel, String interval, Instant time) {
    var tags = new TreeMap<>(Map.of("channel", "" + channel));
    var fields = new TreeMap<String, FieldValue>();
    if (interval.isEmpty()) {
      fields.put("v", FieldValue.of(random.nextGaussian()));
    } else {
      tags.put(SeriesKey.INTERVAL_TAG, interval);
      for (String statistic : List.of("avg", "min", "max", "first", "last")) {
        fields.put("v_" + statistic, FieldValue.of(random.nextGaussian() * 1e6));
      }
      fields.put("v_count", FieldValue.of((long) random.nextInt(61)));
    }
    return Point.of(new SeriesKey("telemetry", tags), time, fields);
  }
}
