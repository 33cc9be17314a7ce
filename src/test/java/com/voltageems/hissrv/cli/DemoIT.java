package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.app.DataFolder;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hissrv demo} as a new user runs it, in the time that is promised. */
class DemoIT {
  private static final Duration SERVES_WITHIN = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aDayOfHistoryIsThereWithinSeconds() throws IOException {
    int port = HisSrvProcess.freePort();
    try (var demo = start(port);
        var api = new Api(port)) {
      api.awaitUp(SERVES_WITHIN);
      Map<String, JsonNode> history = rows(api, "range=24h");
      assertThat(history).hasSizeBetween(1_438, 1_441);
      assertThat(history.values()).allSatisfy(row -> assertThat(count(row)).isPositive());
      assertThat(rows(api, "range=24h&interval=5m")).hasSizeBetween(286, 289);
      demo.signal("INT");
      assertThat(demo.awaitExit()).isEqualTo(130);
      assertThat(demo.output()).contains("nothing is left running");
      assertThat(leftBehind()).isEmpty();
    }
  }

  @Test
  void historyIsKeptOnlyGapsAreFilledAndNoRunLeavesAProcessBehind() throws IOException {
    int port = HisSrvProcess.freePort();
    Map<String, JsonNode> before;
    try (var demo = start(port, "--data", "kept", "--backfill", "1h");
        var api = new Api(port)) {
      api.awaitUp(SERVES_WITHIN);
      before = rows(api, "range=2h");
      assertThat(before).hasSizeBetween(58, 66);
      demo.signal("INT");
      assertThat(demo.awaitExit()).isEqualTo(130);
      assertThat(demo.output()).contains("nothing is left running");
      assertThat(leftBehind()).isEmpty();
    }
    try (var demo = start(port, "--data", "kept", "--backfill", "2h");
        var api = new Api(port)) {
      api.awaitUp(SERVES_WITHIN);
      assertThat(rows(api, "range=3h")).hasSizeBetween(118, 126).containsAllEntriesOf(before);
      demo.signal("KILL");
      assertThat(demo.awaitExit()).isEqualTo(137);
      assertThat(leftBehind()).as("Redis outlives a killed owner").isNotEmpty();
    }
    try (var demo = start(port, "--data", "kept", "--backfill", "10m", "--for", "1s")) {
      assertThat(demo.awaitExit()).isZero();
      assertThat(leftBehind()).isEmpty();
    }
  }

  @Test
  void moreThanAYearOfPastIsRefusedBeforeAnythingIsStarted() throws IOException {
    try (var demo = start(HisSrvProcess.freePort(), "--backfill", "367d")) {
      assertThat(demo.awaitExit()).isEqualTo(2);
      assertThat(demo.output()).isEmpty();
      assertThat(demo.errors()).contains("'--backfill'", "at most 366d");
      assertThat(leftBehind()).isEmpty();
    }
  }

  @Test
  void inTheMiddleOfALongBackfillItStopsWithinSeconds() throws IOException {
    int port = HisSrvProcess.freePort();
    for (var signal : Map.of("INT", 130, "TERM", 143).entrySet()) {
      try (var demo = start(port, "--data", signal.getKey(), "--backfill", "366d")) {
        Await.until(
            "windows are filled in",
            Duration.ofSeconds(60),
            () -> Files.exists(folder.resolve(signal.getKey()).resolve("store/5m")));
        assertThat(leftBehind()).isNotEmpty();
        demo.signal(signal.getKey());
        assertThat(demo.awaitExit(Duration.ofSeconds(10))).isEqualTo(signal.getValue());
        assertThat(demo.output()).contains("nothing is left running");
        assertThat(leftBehind()).isEmpty();
      }
    }
  }

  @Test
  void aFolderThatCantKeepHistoryIsRefusedInOneSentence() throws IOException {
    Files.createFile(folder.resolve("file"));
    Files.createDirectories(folder.resolve("lock-is-a-folder/owner"));
    Files.createDirectories(folder.resolve("store-is-a-file"));
    Files.createFile(folder.resolve("store-is-a-file/store"));
    verifyRefused("file", "can't use file: it is not a folder");
    verifyRefused("file/below", "can't use file/below: ");
    verifyRefused("n".repeat(300), "can't use nnn");
    verifyRefused("lock-is-a-folder", "can't use lock-is-a-folder: ");
    verifyRefused("store-is-a-file", "Can't back-fill: ");
  }

  @Test
  void aFolderThatAnotherProcessUsesIsRefusedAndLeftAsItIs() throws IOException {
    Path kept = folder.resolve("kept");
    try (var _ = DataFolder.claim(kept)) {
      verifyRefused("kept", "another HisSrv uses kept");
      verifyRefused("tmp/../kept", "another HisSrv uses tmp/../kept");
      try (var entries = Files.list(kept)) {
        assertThat(entries).containsExactly(kept.resolve("owner"));
      }
    }
  }

  private void verifyRefused(String data, String sentence) throws IOException {
    try (var demo =
        start(HisSrvProcess.freePort(), "--data", data, "--backfill", "10m", "--for", "1s")) {
      assertThat(demo.awaitExit()).isEqualTo(1);
      assertThat(demo.errors().lines().filter(line -> !line.contains(" INFO ")))
          .singleElement()
          .asString()
          .startsWith("hissrv: " + sentence);
      assertThat(leftBehind()).isEmpty();
    }
  }

  private HisSrvProcess start(int port, String... options) throws IOException {
    return start(folder, port, options);
  }

  static HisSrvProcess start(Path folder, int port, String... options) throws IOException {
    var arguments = new ArrayList<>(List.of("demo", "--port", Integer.toString(port)));
    arguments.addAll(List.of(options));
    return HisSrvProcess.start(folder, arguments.toArray(String[]::new));
  }

  /** By time. */
  static Map<String, JsonNode> rows(Api api, String parameters) {
    JsonNode answer =
        api.get("/query?measurement=telemetry&channel=1001&" + parameters).orElseThrow();
    assertThat(answer.get("columns").get(2).textValue()).isEqualTo("current_count");
    var rows = new HashMap<String, JsonNode>();
    answer.get("rows").forEach(row -> rows.put(row.get(0).textValue(), row));
    return rows;
  }

  static long count(JsonNode row) {
    return row.get(2).longValue();
  }

  private List<String> leftBehind() {
    return leftBehind(folder);
  }

  /** Processes whose executable or arguments lie in the test's folder, less the demo itself. */
  static List<String> leftBehind(Path folder) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains(folder.toString()) && command.contains("redis-server"))
        .toList();
  }
}
