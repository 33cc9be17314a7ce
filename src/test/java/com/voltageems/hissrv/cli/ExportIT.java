package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.CuttingProxy;
import com.voltageems.hissrv.testkit.ParquetTable;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code export} on a running service, disturbed and not: two days of twenty channels. */
class ExportIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHANNELS = 20;
  private static final int MINUTES = 2_880;
  private static final int ROWS = CHANNELS * MINUTES;

  @TempDir static Path data;
  private static HisSrv service;
  private static Instant stop;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  ExportIT() {}

  @BeforeAll
  static void start() {
    stop = InstantSource.system().instant().truncatedTo(ChronoUnit.HOURS);
    try (var store = new SqliteStore(data.resolve("store"), InstantSource.system())) {
      for (int hour = 0; hour < MINUTES / 60; hour++) {
        store.write(points(hour * 60));
      }
    }
    service = HisSrv.live(TestConfig.of("redis://127.0.0.1:1", data), InstantSource.system());
    service.start();
  }

  private static List<Point> points(int first) {
    var points = new ArrayList<Point>();
    for (int minute = first; minute < first + 60; minute++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        points.add(
            Point.of(
                SeriesKey.of("t", Map.of("channel", "" + channel, "interval", "1m")),
                stop.minus(Duration.ofMinutes(MINUTES - minute)),
                Map.of(
                    "v_avg", FieldValue.of(minute / 7.0 + channel),
                    "v_count", FieldValue.of(60L),
                    "note", FieldValue.of("a \"b\",\nc"))));
      }
    }
    return points;
  }

  @AfterAll
  static void end() {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"t.ndjson.gz", "t.parquet"})
  void killedAndCutOffItEndsAsOneThatNobodyDisturbed(String name)
      throws IOException, InterruptedException {
    Path whole = folder.resolve("whole-" + name);
    JsonNode told = json(export(whole, service.port()));
    assertThat(told.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(told.path("parts").asInt()).isGreaterThan(3);

    Path file = folder.resolve(name);
    try (var proxy = new CuttingProxy(service.port())) {
      // What is zipped here comes unzipped.
      proxy.hangAfter(name.endsWith(".gz") ? 2_000_000 : Files.size(whole) / 2);
      // Killed at the end.
      try (var _ = HisSrvProcess.start(folder, export(file, proxy.port()))) {
        proxy.awaitHung();
        assertThat(file).doesNotExist();
        assertThat(Path.of(file + ".part.json")).exists();
      }
    }
    try (var proxy = new CuttingProxy(service.port())) {
      proxy.cutAfter(30_000);
      var resumed = HisSrvCall.of(List.of(export(file, proxy.port())));
      assertThat(resumed.errors()).contains("goes on at", "tries again in 1 s");
      assertThat(json(resumed).path("resumed").asBoolean()).isTrue();
      assertThat(json(resumed).path("rows").asInt()).isEqualTo(ROWS);
    }

    assertThat(Files.mismatch(file, whole)).as("first byte that differs").isEqualTo(-1);
    try (var left = Files.list(folder)) {
      assertThat(left.map(Path::toString)).noneMatch(one -> one.contains(".part"));
    }
    assertThat(rows(whole)).isEqualTo(ROWS);
  }

  private static int rows(Path file) throws IOException {
    String name = file.toString();
    if (name.endsWith(".parquet")) {
      return ParquetTable.of(Files.readAllBytes(file)).rows().size();
    }
    byte[] bytes;
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      bytes = in.readAllBytes();
    }
    return (int) new String(bytes, StandardCharsets.UTF_8).lines().count();
  }

  @Test
  void ctrlCLeavesWhatIsThereAndSaysSo() throws IOException, InterruptedException {
    Path file = folder.resolve("t.csv");
    try (var proxy = new CuttingProxy(service.port())) {
      proxy.hangAfter(1_000_000);
      try (var stopped = HisSrvProcess.start(folder, export(file, proxy.port()))) {
        proxy.awaitHung();
        stopped.signal("INT");
        assertThat(stopped.awaitExit(PATIENCE)).isEqualTo(130);
      }
    }
    assertThat(Path.of(file + ".part")).exists();

    var other = export(file, service.port());
    other[3] = "now-1h";
    assertThat(HisSrvCall.of(List.of(other)).errors()).contains("of another question");
    var anew = new ArrayList<>(Arrays.asList(other));
    anew.add("--restart");
    JsonNode resumed = json(export(file, service.port()));
    assertThat(resumed.path("resumed").asBoolean()).isTrue();
    assertThat(resumed.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(Files.readString(file)).startsWith("time,channel,note,v_avg,v_count\r\n");
    assertThat(Files.readString(file).split("c\"", -1)).hasSize(ROWS + 1);

    assertThat(json(HisSrvCall.of(anew)).path("resumed").asBoolean()).isFalse();
  }

  @Test
  void whatCanNotBeAskedLeavesNothingBehind() throws IOException {
    Path file = folder.resolve("t.csv");
    var unknown = export(file, service.port());
    unknown[1] = "tt";
    assertThat(HisSrvCall.of(List.of(unknown)).errors()).contains("Nearest: t");
    assertThat(HisSrvCall.of(List.of(export(file, 1))).errors()).contains("no HisSrv answers");
    var wrong = HisSrvCall.of(List.of("export", "t", "-o", file.toString()));
    assertThat(wrong.code()).isEqualTo(2);
    var zipped = HisSrvCall.of(List.of("export", "t", "--from", "now-1h", "-o", "t.parquet.gz"));
    assertThat(zipped.code()).isEqualTo(2);

    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theMeasurementMayBeAnOptionAndTagsStillChoose() throws IOException {
    Path file = folder.resolve("one.csv");
    var call =
        HisSrvCall.of(
            List.of(
                "export",
                "--measurement",
                "t",
                "channel=7",
                "--fields",
                "v_count",
                "--from",
                "now-3d",
                "-o",
                file.toString(),
                "--url",
                "http://127.0.0.1:" + service.port()));

    assertThat(call.code()).as(call.errors()).isZero();
    assertThat(Files.readAllLines(file)).hasSize(MINUTES + 1).startsWith("time,channel,v_count");
  }

  private static String[] export(Path file, int port) {
    return new String[] {
      "export",
      "t",
      "--from",
      stop.minus(Duration.ofDays(2)).toString(),
      "--to",
      stop.toString(),
      "-o",
      file.toString(),
      "--url",
      "http://127.0.0.1:" + port,
      "--json"
    };
  }

  private static JsonNode json(String[] call) throws IOException {
    return json(HisSrvCall.of(List.of(call)));
  }

  private static JsonNode json(HisSrvCall call) throws IOException {
    assertThat(call.code()).as(call.errors()).isZero();
    return new JsonMapper().readTree(call.output());
  }
}
