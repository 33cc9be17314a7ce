package com.voltageems.hissrv.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.lines.PointLines;
import com.voltageems.hissrv.store.lines.PointSource;
import com.voltageems.hissrv.store.lines.Precision;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFolderTest {
  private static final Instant NOW = Instant.parse("2026-01-29T10:30:00Z");
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final LocalDate DAY = LocalDate.of(2026, 1, 20);

  @TempDir Path folder;

  @Test
  void whatCameOutOfAStoreMakesAnEqualOneOfAnEmptyOne() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (var from = open("from");
        var to = open("to")) {
      assertThat(from.write(points(new Random(seed), 600)).rejections()).isEmpty();
      var backup = BackupFolder.open(folder.resolve("backup"));
      var days = new StoredDays(from);
      for (var level : days.days().entrySet()) {
        for (LocalDate day : level.getValue()) {
          var _ = backup.write(level.getKey(), day, NOW, days::write);
        }
      }
      backup.save();

      var again = BackupFolder.open(folder.resolve("backup"));
      assertThat(again.files()).isEqualTo(backup.files()).hasSizeGreaterThan(10);
      for (String name : again.files().keySet()) {
        assertThat(again.damage(name)).isEmpty();
        assertThat(to.write(read(again, name)).rejections()).isEmpty();
        assertThat(to.write(read(again, name)).rejections()).isEmpty();
      }

      assertThat(texts(to)).as("seed %d", seed).isEqualTo(texts(from));
    }
  }

  @Test
  void aDamagedFileIsFoundAndWrittenAgain() throws IOException {
    var backup = BackupFolder.open(folder);
    var first = backup.write(MINUTE, DAY, NOW, text("m v=1 1\n# end of 1 rows\n"));
    backup.save();
    assertThat(backup.isSettled(MINUTE, DAY)).isTrue();

    Path file = folder.resolve("1m/2026-01-20.lp.gz");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    var again = BackupFolder.open(folder);
    assertThat(again.damage("1m/2026-01-20.lp.gz"))
        .contains("1m/2026-01-20.lp.gz is damaged: its SHA-256 is not the manifest's");
    assertThat(again.isSettled(MINUTE, DAY)).isFalse();
    assertThat(again.write(MINUTE, DAY, NOW, text("m v=1 1\n# end of 1 rows\n"))).isEqualTo(first);
    assertThat(again.isSettled(MINUTE, DAY)).isTrue();
  }

  @Test
  void whatBreaksOffLeavesWhatWasThere() throws IOException {
    var backup = BackupFolder.open(folder);
    var first = backup.write(MINUTE, DAY, NOW, text("m v=1 1\n# end of 1 rows\n"));

    assertThatThrownBy(() -> backup.write(MINUTE, DAY, NOW, text("m v=1 1\nm v=2 2\n")))
        .isInstanceOf(IOException.class)
        .hasMessage("1m/2026-01-20.lp.gz did not come whole; start again");
    assertThatThrownBy(() ->
            backup.write(
                MINUTE,
                DAY,
                NOW,
                (_, _, out) -> {
                  out.write("m v=1 1\n".getBytes(StandardCharsets.UTF_8));
                  throw new IOException("gone");
                }))
        .hasMessage("gone");

    assertThat(backup.files().values()).containsExactly(first);
    assertThat(backup.damage("1m/2026-01-20.lp.gz")).isEmpty();
  }

  @Test
  void aDayIsNotReplacedByLessOfIt() throws IOException {
    var backup = BackupFolder.open(folder);
    var first = backup.write(MINUTE, DAY, NOW, text("m v=1 1\nm v=2 2\n# end of 2 rows\n"));

    assertThat(backup.write(MINUTE, DAY, NOW, text("m v=1 1\n# end of 1 rows\n"))).isEqualTo(first);
    assertThat(read(backup, "1m/2026-01-20.lp.gz")).hasSize(2);
  }

  @Test
  void aDayIsSettledADayAfterItsLastWindow() throws IOException {
    var backup = BackupFolder.open(folder);
    Instant settled = Instant.parse("2026-01-22T00:01:00Z");

    var _ = backup.write(MINUTE, DAY, settled.minusMillis(1), text("# end of 0 rows\n"));
    assertThat(backup.isSettled(MINUTE, DAY)).isFalse();
    var _ = backup.write(MINUTE, DAY, settled, text("# end of 0 rows\n"));
    assertThat(backup.isSettled(MINUTE, DAY)).isTrue();
  }

  @Test
  void aManifestThatLeadsElsewhereIsRefused() throws IOException {
    Files.writeString(
        folder.resolve("manifest.json"), "{\"format\": 1, \"files\": {\"../../x.lp.gz\": {}}}");
    assertThatThrownBy(() -> BackupFolder.open(folder))
        .hasMessageContaining("names '../../x.lp.gz'");

    Files.writeString(folder.resolve("manifest.json"), "{\"format\": 2}");
    assertThatThrownBy(() -> BackupFolder.open(folder))
        .hasMessageContaining("is of format 2; this version knows 1");
  }

  @Test
  void aRestoreKnowsHowFarItWas() throws IOException {
    var mark = RestoreMark.in(folder, "http://a");
    mark.is("1m/2026-01-20.lp.gz", "abc", 7);

    assertThat(RestoreMark.in(folder, "http://a").done("1m/2026-01-20.lp.gz", "abc")).isEqualTo(7);
    assertThat(RestoreMark.in(folder, "http://a").done("1m/2026-01-20.lp.gz", "new")).isZero();
    assertThat(RestoreMark.in(folder, "http://b").done("1m/2026-01-20.lp.gz", "abc")).isZero();
    mark.clear();
    assertThat(RestoreMark.in(folder, "http://a").done("1m/2026-01-20.lp.gz", "abc")).isZero();
  }

  private HistoryStore open(String name) {
    return new SqliteStore(folder.resolve(name), InstantSource.fixed(NOW));
  }

  /** Of all types, with names and texts that need escapes, and some that line protocol has not. */
  private static List<Point> points(Random random, int count) {
    var names = List.of("v", "a b", "c,d", "e=f", "time", "g\nh", "ü\\", "#x");
    var points = new ArrayList<Point>();
    for (int n = 0; n < count; n++) {
      var tags = new TreeMap<String, String>();
      if (random.nextInt(4) > 0) {
        tags.put("interval", random.nextBoolean() ? "1m" : "5m");
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        tags.put(names.get(random.nextInt(8)), names.get(random.nextInt(8)));
      }
      var fields = new TreeMap<String, FieldValue>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int kind = random.nextInt(4);
        fields.put(names.get(random.nextInt(8)) + kind, value(kind, random));
      }
      Instant time = NOW.minus(Duration.ofNanos(random.nextLong(Duration.ofDays(6).toNanos())));
      points.add(Point.of(SeriesKey.of(names.get(random.nextInt(8)) + "m", tags), time, fields));
    }
    return points;
  }

  private static FieldValue value(int kind, Random random) {
    double any = Double.longBitsToDouble(random.nextLong());
    return switch (kind) {
      case 0 -> FieldValue.of(Double.isFinite(any) ? any : -0.0);
      case 1 -> FieldValue.of(random.nextLong());
      case 2 -> FieldValue.of(random.nextBoolean());
      default -> FieldValue.of("\"q\" \\ \n # end of 1 rows\n" + (char) random.nextInt(0xD800));
    };
  }

  private static List<Point> read(BackupFolder backup, String name) throws IOException {
    var points = new ArrayList<Point>();
    try (var in = backup.read(name)) {
      var source = new PointLines(in, Precision.NS);
      for (var entry = source.next(); entry != null; entry = source.next()) {
        assertThat(entry).isInstanceOf(PointSource.Good.class);
        points.add(((PointSource.Good) entry).point());
      }
    }
    return points;
  }

  private static Map<String, String> texts(HistoryStore store) throws IOException {
    var texts = new TreeMap<String, String>();
    var days = new StoredDays(store);
    for (var level : days.days().entrySet()) {
      for (LocalDate day : level.getValue()) {
        var out = new ByteArrayOutputStream();
        days.write(level.getKey(), day, out);
        texts.put(level.getKey() + " " + day, out.toString(StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  private static BackupFolder.Source text(String text) {
    return (_, _, out) -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
