package com.voltageems.hissrv.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final String DELIVER = "com.voltageems.hissrv.deliver.Deliverer";
  private static final String COLLECT = "com.voltageems.hissrv.collect.Collector";
  private static final String LIBRARY = "redis.clients.jedis.Jedis";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private PrintStream realErr;
  private PrintStream realOut;

  @BeforeEach
  void capture() {
    realErr = System.err;
    realOut = System.out;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setErr(realErr);
    System.setOut(realOut);
    Logging.configure(Map.of("HISSRV_LOG", "warn"), LogOutput.text(null));
  }

  @Test
  void theServiceSpeaksFromInfoAndLibrariesFromWarn() {
    Logging.configure(Map.of(), LogOutput.text(null));

    assertThat(heard())
        .containsExactly(
            "INFO  deliver.Deliverer: info",
            "WARN  deliver.Deliverer: warn",
            "INFO  collect.Collector: info",
            "WARN  collect.Collector: warn",
            "WARN  redis.clients.jedis.Jedis: warn");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void theSameHoldsBeforeAnythingIsConfigured() {
    Logging.configure(Map.of("HISSRV_LOG", "trace,redis.clients=trace"), LogOutput.text(null));
    new QuietStart().configure((LoggerContext) LoggerFactory.getILoggerFactory());

    assertThat(heard()).hasSize(5).noneMatch(line -> line.startsWith("DEBUG"));
  }

  @Test
  void aLineStartsWithTheUtcTime() {
    Logging.configure(Map.of(), LogOutput.text(null));
    LoggerFactory.getLogger(DELIVER).info("hello");

    assertThat(stderr())
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  deliver.Deliverer: hello\n");
  }

  @Test
  void aLevelIsSetForTheServiceForAPackageAndForALibrary() {
    Logging.configure(
        Map.of("HISSRV_LOG", "hissrv=error, hissrv.deliver=TRACE,redis.clients=info"),
        LogOutput.text(null));

    assertThat(heard())
        .containsExactly(
            "TRACE deliver.Deliverer: trace",
            "DEBUG deliver.Deliverer: debug",
            "INFO  deliver.Deliverer: info",
            "WARN  deliver.Deliverer: warn",
            "INFO  redis.clients.jedis.Jedis: info",
            "WARN  redis.clients.jedis.Jedis: warn");
  }

  @Test
  void aBareLevelIsTheServicesAndRustsColonsAreUnderstood() {
    Logging.configure(Map.of("HISSRV_LOG", "debug,hissrv::collect=off"), LogOutput.text(null));

    assertThat(heard())
        .containsExactly(
            "DEBUG deliver.Deliverer: debug",
            "INFO  deliver.Deliverer: info",
            "WARN  deliver.Deliverer: warn",
            "WARN  redis.clients.jedis.Jedis: warn");
  }

  @Test
  void whatIsNotUnderstoodIsNamedAndIgnored() {
    for (String wrong : List.of("hissrv=loud", "hisrv=debug", "verbose", "=", "hissrv=")) {
      err.reset();
      Logging.configure(Map.of("HISSRV_LOG", wrong + ",hissrv.collect=off"), LogOutput.text(null));
      assertThat(stderr())
          .as(wrong)
          .contains("WARN  observe.Logging: HISSRV_LOG: ignored \"" + wrong + "\", allowed is");
      err.reset();
      assertThat(heard()).contains("INFO  deliver.Deliverer: info").hasSize(3);
    }
  }

  @Test
  void theFileHoldsWhatTheConsoleShows() throws IOException {
    Path file = folder.resolve("logs/hissrv.log");
    Logging.configure(Map.of(), LogOutput.text(file));
    LoggerFactory.getLogger(DELIVER).info("hello 电压");

    assertThat(Files.readString(file)).isEqualTo(stderr()).endsWith("Deliverer: hello 电压\n");

    Logging.configure(Map.of(), LogOutput.text(file));
    LoggerFactory.getLogger(DELIVER).info("again");
    assertThat(Files.readAllLines(file)).as("a restart appends").hasSize(2);
  }

  @Test
  void aFullFileMakesRoomForTheNext() throws IOException {
    Path file = folder.resolve("hissrv.log");
    Logging.configure(Map.of(), LogOutput.text(file));
    var log = LoggerFactory.getLogger(DELIVER);
    err.reset();
    String line = "x".repeat(1 << 20);
    for (int i = 0; i < 12; i++) {
      log.info(line);
    }

    assertThat(Files.size(file)).isLessThan(11L << 20);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .anyMatch(name -> name.matches("hissrv\\.\\d{4}-\\d\\d-\\d\\d\\.0\\.log"));
    }
  }

  @Test
  void theFileStartsAnewAtTheSizeThatIsSet() throws IOException {
    Path file = folder.resolve("hissrv.log");
    Logging.configure(Map.of(), new LogOutput(Map.of(), false, file, 100_000, 7, 1 << 30));
    var log = LoggerFactory.getLogger(DELIVER);
    String line = "x".repeat(60_000);
    log.info(line);
    log.info(line);
    log.info(line);

    assertThat(Files.size(file)).isLessThan(130_000);
    assertThat(old()).isNotEmpty();
  }

  @Test
  void oldFilesGoWhenTheyAreOlderThanDaysOrMoreThanTotalSize() throws IOException {
    String today = old(0, 0);
    String yesterday = old(1, 600_000);
    String before = old(2, 600_000);
    String longBefore = old(6, 10);
    Path file = folder.resolve("hissrv.log");
    Logging.configure(Map.of(), new LogOutput(Map.of(), false, file, 1 << 20, 4, 2 << 20));
    Await.until("older than four days", PATIENCE, () -> !old().contains(longBefore));
    assertThat(old()).contains(today, yesterday, before);

    Logging.configure(Map.of(), new LogOutput(Map.of(), false, file, 1 << 20, 4, 1 << 20));
    Await.until("more than one MiB", PATIENCE, () -> !old().contains(before));
    assertThat(old()).contains(today, yesterday);
  }

  private String old(int days, int bytes) throws IOException {
    String day = LocalDate.now(ZoneOffset.UTC).minusDays(days).toString();
    String name = "hissrv." + day + ".0.log";
    Files.write(folder.resolve(name), new byte[bytes]);
    return name;
  }

  private List<String> old() {
    try (var files = Files.list(folder)) {
      return files
          .map(one -> one.getFileName().toString())
          .filter(name -> !name.equals("hissrv.log"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void withoutAFileTheServiceGoesOn() throws IOException {
    Path occupied = Files.createDirectory(folder.resolve("hissrv.log"));
    Logging.configure(Map.of(), LogOutput.text(occupied));
    LoggerFactory.getLogger(DELIVER).info("still here");

    assertThat(stderr())
        .contains("WARN  observe.Logging: No log file: " + occupied + " can't be written")
        .endsWith("still here\n");
  }

  @Test
  void theConfigurationSetsLevelsAndTheVariableWins() {
    var output =
        new LogOutput(
            Map.of("hissrv", "error", "hissrv.deliver", "debug"), false, null, 1 << 20, 1, 1 << 20);
    Logging.configure(Map.of("HISSRV_LOG", "hissrv.collect=info"), output);
    assertThat(heard())
        .containsExactly(
            "DEBUG deliver.Deliverer: debug",
            "INFO  deliver.Deliverer: info",
            "WARN  deliver.Deliverer: warn",
            "INFO  collect.Collector: info",
            "WARN  collect.Collector: warn",
            "WARN  redis.clients.jedis.Jedis: warn");
  }

  @Test
  void aLineOfJsonIsOneObjectWhateverTheMessageHolds() throws IOException {
    Path file = folder.resolve("hissrv.log");
    Logging.configure(Map.of(), new LogOutput(Map.of(), true, file, 1 << 20, 1, 1 << 20));
    LoggerFactory.getLogger(DELIVER).warn("first \"{}\"\nsecond", "电压", new IOException("why"));
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1);
    JsonNode line = new JsonMapper().readTree(lines.getFirst());
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("loggerName").asText()).isEqualTo(DELIVER);
    assertThat(line.path("formattedMessage").asText()).isEqualTo("first \"电压\"\nsecond");
    assertThat(line.path("timestamp").asLong()).isPositive();
    assertThat(line.path("throwable").path("message").asText()).isEqualTo("why");
    assertThat(stderr()).isEqualTo(lines.getFirst() + "\n");
  }

  @Test
  void aMessagesFurtherLinesCanNotPassForLinesOfTheLog() {
    Logging.configure(Map.of(), LogOutput.text(null));
    LoggerFactory.getLogger(DELIVER)
        .info("point \"a\r\n2026-01-01T00:00:00.000Z INFO  x: forged\"");

    assertThat(stderr()).contains("point \"a\n    2026-01-01T00");
  }

  private List<String> heard() {
    for (String name : List.of(DELIVER, COLLECT, LIBRARY)) {
      var log = LoggerFactory.getLogger(name);
      log.trace("trace");
      log.debug("debug");
      log.info("info");
      log.warn("warn");
    }
    return stderr().lines().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
  }

  private String stderr() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
