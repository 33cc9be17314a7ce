package com.voltageems.hissrv.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.SourcesConfig;
import com.voltageems.hissrv.cron.Shell.Ended;
import com.voltageems.hissrv.cron.Shell.Run;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;

class CronIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long FIVE = START.getEpochSecond();
  private static final String LIVE = "comsrv:1001:m";
  private static final String ODD = "modsrv:it's \"odd\" \\ $HOME *:measurement";
  private static final Script SCRIPT = Script.fromResource("/lua/aggregate.lua");

  @TempDir Path folder;
  private PrivateRedis server;
  private RedisClient neighbour;
  private Shell shell;

  @BeforeEach
  void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
    shell = new Shell(folder, Map.of("HISSRV_REDIS_PORT", Integer.toString(server.port())));
  }

  @AfterEach
  void stopRedis() {
    neighbour.close();
    server.close();
  }

  private String cron(String level, long seconds) throws Exception {
    Ended ended = shell.run("hissrv_cron.sh", level, "--at", Long.toString(seconds));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    return ended.out();
  }

  private double count(String level, long start, String id, String point) {
    String line = neighbour.hget("archive:" + level + ":" + start + ":" + id, point);
    return line == null ? 0 : countIn(line);
  }

  private static double countIn(String line) {
    return Double.parseDouble(List.of(line.split(" ")).get(3));
  }

  private static void verifyTrouble(Ended ended, int code, String message) {
    assertThat(ended.err()).contains(".sh: ", message).doesNotContain("\n");
    assertThat(ended.out()).isEmpty();
    assertThat(ended.code()).isEqualTo(code);
  }

  @Test
  void fiveMinutesOfCronAloneAreFiveWindowsAndOneThatHisSrvPicksUpLater() throws Exception {
    neighbour.hset(ODD, "p", "7");
    for (int minute = 1; minute <= 5; minute++) {
      neighbour.hset(LIVE, Map.of("1", Integer.toString(minute), "2", "-0.5", "timestamp", "1"));
      assertThat(cron("1m", FIVE + minute * 60L + 3)).contains("120 samples, 2 windows closed");
    }
    assertThat(cron("5m", FIVE + 300)).contains("2 windows closed");

    for (int minute = 0; minute < 5; minute++) {
      assertThat(count("1m", FIVE + minute * 60L, "1001", "1")).isEqualTo(60);
    }
    assertThat(neighbour.hget("archive:5m:" + FIVE + ":1001", "1")).isEqualTo("3 1 5 300 900");
    assertThat(count("5m", FIVE, ODD, "p")).isEqualTo(300);
    assertThat(neighbour.keys("hissrv:acc:*")).isEmpty();
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();

    var clock = new ManualClock(START.plusSeconds(320));
    try (var hissrv = HisSrv.replay(TestConfig.of(server.url(), folder.resolve("data")), clock)) {
      assertThat(hissrv.sync().problems()).isEmpty();
      assertThat(stored(hissrv, "1m")).isEqualTo(5);
      assertThat(stored(hissrv, "5m")).isEqualTo(1);
    }
  }

  private static int stored(HisSrv hissrv, String level) {
    var rows = new ArrayList<Row>();
    hissrv
        .store()
        .query(
            new SeriesQuery(
                "telemetry",
                Map.of("channel", "1001"),
                Level.parse(level).orElseThrow(),
                new TimeRange(START, START.plusSeconds(300))),
            rows::add);
    return rows.size();
  }

  @Test
  void cronGoesOnWithTheFiltersAndTheTimesThatHisSrvLeft() throws Exception {
    String timed = "comsrv:1002:m";
    neighbour.hset(LIVE, Map.of("1", "10", "quality", "good"));
    neighbour.hset(timed, Map.of("1", "5", "2", "6"));
    neighbour.hset(timed + ":ts", Map.of("1", FIVE + "000"));
    Config usual = TestConfig.of(server.url(), folder.resolve("data"));
    var good = new FilterConfig.Condition("quality", "eq", List.of("good"));
    var config =
        new Config(
            usual.service(),
            usual.site(),
            usual.redis(),
            usual.aggregation(),
            usual.mappings(),
            usual.aggregations(),
            new SourcesConfig(Duration.ofSeconds(90)),
            List.of(
                new FilterConfig("q", Pattern.compile("comsrv:.*:m"), List.of(good), false, false)),
            usual.store(),
            usual.performance(),
            usual.logging(),
            usual.api());
    try (var hissrv = HisSrv.replay(config, new ManualClock(START))) {
      hissrv.aggregation().sample();
    }
    cron("1m", FIVE + 60);
    assertThat(count("1m", FIVE, "1002", "1")).isEqualTo(60);

    assertThat(cron("1m", FIVE + 120)).contains("120 samples, 2 windows closed");
    assertThat(count("1m", FIVE + 60, "1001", "1")).isEqualTo(60);
    assertThat(count("1m", FIVE + 60, "1002", "1"))
        .as("ninety seconds and the moment they end")
        .isEqualTo(31);
    assertThat(count("1m", FIVE + 60, "1002", "2")).isEqualTo(60);

    neighbour.hset(LIVE, "quality", "bad");
    assertThat(cron("1m", FIVE + 180)).contains("1 windows closed");
    assertThat(neighbour.exists("archive:1m:" + (FIVE + 120) + ":1001")).isFalse();
    assertThat(neighbour.hget("archive:1m:" + (FIVE + 120) + ":1002", "1")).isNull();
    assertThat(count("1m", FIVE + 120, "1002", "2")).isEqualTo(60);
    assertThat(neighbour.hget("archive:1m:" + FIVE + ":1001", "quality")).isNull();
  }

  @Test
  void bothRunTwiceCloseOnceAlsoAtTheSameTime() throws Exception {
    neighbour.hset(LIVE, "1", "5");
    for (int minute = 1; minute <= 5; minute++) {
      String end = Long.toString(FIVE + minute * 60L);
      Run one = shell.start("hissrv_cron.sh", "1m", "--at", end);
      Run two = shell.start("hissrv_cron.sh", "1m", "--at", end);
      assertThat(one.await().code()).isZero();
      assertThat(two.await().code()).isZero();
      assertThat(cron("1m", FIVE + minute * 60L)).contains("0 samples, 0 windows closed");
      assertThat(count("1m", FIVE + minute * 60L - 60, "1001", "1")).isEqualTo(60);
    }
    assertThat(cron("5m", FIVE + 300)).contains("1 windows closed");
    assertThat(cron("5m", FIVE + 300)).contains("0 windows closed");
    assertThat(count("5m", FIVE, "1001", "1")).isEqualTo(300);
    assertThat(neighbour.hget("archive:5m:" + FIVE + ":1001", "revision")).isEqualTo("1");
    assertThat(neighbour.llen("archive:pending")).isEqualTo(6);
  }

  @Test
  void twoRunsOfTheSameLiveMinuteDoubleNoCountAndSurviveAFlushedScriptCache() throws Exception {
    neighbour.hset(LIVE, "1", "5");
    neighbour.hset(ODD, "p", "7");
    long began = redisSeconds();
    Run one = shell.start("hissrv_cron.sh", "1m");
    Run two = shell.start("hissrv_cron.sh", "1m");
    Await.until("both sample", Duration.ofSeconds(20), () -> redisSeconds() >= began + 3);
    neighbour.scriptFlush("any");
    assertThat(one.await()).returns(0, Ended::code).returns("", Ended::err);
    assertThat(two.await()).returns(0, Ended::code).returns("", Ended::err);
    long ended = redisSeconds() / 60 * 60;

    double counted = 0;
    for (String key : neighbour.keys("archive:1m:*:1001")) {
      assertThat(neighbour.hget(key, "revision")).as(key).isEqualTo("1");
      counted += countIn(neighbour.hget(key, "1"));
    }
    assertThat(counted).isBetween(0.8 * (ended - began) - 1, (double) (ended - began) + 1);
    assertThat(neighbour.keys("hissrv:acc:*")).isEmpty();
  }

  private long redisSeconds() {
    return Long.parseLong((String) neighbour.eval("return redis.call('TIME')[1]"));
  }

  @Test
  void aMinuteThatAnEarlierRunLeftOpenIsClosedToo() throws Exception {
    neighbour.hset(LIVE, "1", "5");
    Run killed = shell.start("hissrv_cron.sh", "1m");
    Await.until(
        "it samples", Duration.ofSeconds(20), () -> neighbour.exists("hissrv:src:{" + LIVE + "}"));
    killed.process().destroy();
    assertThat(killed.await().code()).isEqualTo(143);
    neighbour.del(LIVE);
    assertThat(cron("1m", redisSeconds() + 120)).contains("1 windows closed");
  }

  @Test
  void statisticsThatHisSrvAskedForStay() throws Exception {
    neighbour.hset(LIVE, "1", "5");
    assertThat(shell.run("init_scripts.sh").code()).isZero();
    String start = Long.toString(FIVE);
    String source = "hissrv:src:{" + LIVE + "}";
    Object answers =
        neighbour.evalsha(
            SCRIPT.sha(),
            List.of(
                "archive:pending",
                LIVE,
                source,
                "hissrv:acc:{" + LIVE + "}:1m:" + start,
                "hissrv:raw:{" + LIVE + "}:1m:" + start,
                "archive:1m:" + start + ":1001"),
            List.of(
                "sample",
                start + "000",
                "0",
                "replay",
                "1000",
                "5",
                "{\"hold\":3000,\"meters\":{}}"));
    assertThat(answers).as("one field, and no sample before").isEqualTo(List.of(List.of(1L, "0")));
    assertThat(cron("1m", FIVE + 60)).contains("59 samples, 1 windows closed");
    assertThat(cron("1m", FIVE + 120)).contains("60 samples, 1 windows closed");
    assertThat(literally("aggregate_1m", Long.toString(FIVE + 180))).isEqualTo(1L);
    for (int minute = 0; minute < 3; minute++) {
      assertThat(neighbour.hget("archive:1m:" + (FIVE + minute * 60L) + ":1001", "stats"))
          .isEqualTo("avg min max count sum first last stddev integral weight junk");
    }
  }

  @Test
  void nothingIsLeftInTheTemporaryFolder() throws Exception {
    neighbour.hset(LIVE, "1", "5");
    cron("1m", FIVE);
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("hissrv."));
    }
  }

  @Test
  void theScriptsShaIsPrintedAndStored() throws Exception {
    Ended ended = shell.run("init_scripts.sh");
    assertThat(ended).isEqualTo(new Ended(0, "AGGREGATE_SCRIPT_SHA=" + SCRIPT.sha(), ""));
    assertThat(neighbour.get("hissrv:script:aggregate")).isEqualTo(SCRIPT.sha());
    assertThat(neighbour.scriptExists(List.of(SCRIPT.sha()))).containsExactly(true);
  }

  @Test
  void calledWithoutKeysTheScriptSamplesOnceAndClosesOnce() throws Exception {
    assertThat(shell.run("init_scripts.sh").code()).isZero();
    neighbour.hset(LIVE, Map.of("1", "5", "2", "junk"));
    neighbour.hset(ODD, "p", "7");
    neighbour.hset("comsrv:5:s", "1", "5");
    neighbour.set("comsrv:6:m", "no hash");
    for (int minute = 1; minute <= 5; minute++) {
      assertThat(literally("aggregate_1m", Long.toString(FIVE + minute * 60L + 20))).isEqualTo(2L);
      assertThat(literally("aggregate_1m", Long.toString(FIVE + minute * 60L + 20))).isEqualTo(0L);
    }
    assertThat(literally("aggregate_5m", Long.toString(FIVE + 310))).isEqualTo(2L);
    assertThat(literally("aggregate_5m", Long.toString(FIVE + 310))).isEqualTo(0L);
    assertThat(count("1m", FIVE, "1001", "1")).isEqualTo(1);
    assertThat(neighbour.hget("archive:5m:" + FIVE + ":" + ODD, "p")).isEqualTo("7 7 7 5 35");
    assertThat(neighbour.keys("archive:1m:*")).hasSize(10);
    assertThat(neighbour.llen("archive:pending")).isEqualTo(12);

    assertThat(literally("aggregate_1m")).as("now").isEqualTo(2L);
    assertThatThrownBy(() -> literally("aggregate_1m", "soon"))
        .isInstanceOf(JedisDataException.class)
        .hasMessage("ERR the time must be in epoch seconds, not soon");
    assertThatThrownBy(() -> literally("aggregate_1h"))
        .hasMessageContaining("there are aggregate_1m and aggregate_5m");
  }

  @Test
  void calledWithoutKeysTheScriptTakesNoSampleOfAMinuteThatHasSome() throws Exception {
    assertThat(shell.run("init_scripts.sh").code()).isZero();
    neighbour.hset(LIVE, "1", "5");
    cron("1m", FIVE + 60);
    assertThat(literally("aggregate_1m", Long.toString(FIVE + 60))).isEqualTo(0L);
    neighbour.hset("hissrv:src:{" + LIVE + "}", "open:1m:" + (FIVE + 60), "1");
    assertThat(literally("aggregate_1m", Long.toString(FIVE + 120))).isEqualTo(1L);
    assertThat(count("1m", FIVE, "1001", "1")).isEqualTo(60);
    assertThat(count("1m", FIVE + 60, "1001", "1")).isEqualTo(1);
  }

  private Object literally(String... arguments) {
    return neighbour.evalsha(SCRIPT.sha(), 0, arguments);
  }

  @Test
  void manySourcesOfManyPointsAreAllSampledAndClosed() throws Exception {
    var points = new HashMap<String, String>();
    IntStream.range(0, 300).forEach(i -> points.put("p" + i, Integer.toString(i)));
    IntStream.range(0, 27).forEach(i -> neighbour.hset("comsrv:" + i + ":m", points));
    assertThat(cron("1m", FIVE + 60)).contains((27 * 60) + " samples, 27 windows closed");
    assertThat(count("1m", FIVE, "26", "p299")).isEqualTo(60);
    String calls = neighbour.info("commandstats");
    int evals = Integer.parseInt(calls.replaceAll("(?s).*cmdstat_evalsha:calls=(\\d+).*", "$1"));
    assertThat(evals).as("at most 500 points, 5 to close").isEqualTo(27 * 60 + 6);
  }

  @Test
  void patternsAndLevelsAreThoseThatHisSrvPublishes() throws Exception {
    Config usual = TestConfig.of(server.url(), folder.resolve("data"));
    var aggregation =
        new AggregationConfig(
            true,
            Stream.of("1m", "5m", "15m", "1d")
                .map(name -> Level.parse(name).orElseThrow())
                .toList());
    var config =
        new Config(
            usual.service(),
            usual.site(),
            usual.redis(),
            aggregation,
            usual.mappings().subList(0, 1),
            usual.aggregations(),
            usual.sources(),
            usual.filters(),
            usual.store(),
            usual.performance(),
            usual.logging(),
            usual.api());
    try (var hissrv = HisSrv.live(config, InstantSource.system())) {
      hissrv.start();
      Await.until(
          "published", Duration.ofSeconds(20), () -> neighbour.exists("hissrv:config:aggregation"));
    }
    assertThat(neighbour.hgetAll("hissrv:config:aggregation"))
        .containsEntry("patterns", "comsrv:*:m")
        .containsEntry("levels", "1m 5m 15m 1d")
        .containsEntry("coarser:1m", "5m 300 fold")
        .containsEntry("coarser:5m", "15m 900 fold")
        .containsEntry("day_offset", "0");

    neighbour.hset(ODD, "p", "7");
    neighbour.hset(LIVE, "1", "5");
    assertThat(cron("1m", FIVE + 60)).contains("60 samples, 1 windows closed");
    assertThat(cron("5m", FIVE + 300)).contains("1 windows closed");
    assertThat(neighbour.hgetAll("hissrv:src:{" + LIVE + "}"))
        .containsKey("open:15m:" + FIVE)
        .doesNotContainKey("open:5m:" + FIVE);
  }

  @Test
  void daysFoldedFromFiveMinutesAreTheSites() throws Exception {
    neighbour.hset(
        "hissrv:config:aggregation",
        Map.of("coarser:5m", "1d 86400 keep 7d 604800 keep", "day_offset", "28800"));
    neighbour.hset(LIVE, "1", "5");
    assertThat(shell.run("init_scripts.sh").code()).isZero();
    cron("1m", FIVE + 60);
    cron("5m", FIVE + 300);
    neighbour.hset("comsrv:7:m", "1", "5");
    assertThat(literally("aggregate_1m", Long.toString(FIVE + 60))).isEqualTo(1L);
    assertThat(literally("aggregate_5m", Long.toString(FIVE + 300)))
        .as("the last minute was sampled by nobody yet")
        .isEqualTo(2L);
    long day = Instant.parse("2026-02-28T16:00:00Z").getEpochSecond();
    long monday = Instant.parse("2026-02-22T16:00:00Z").getEpochSecond();
    for (String live : List.of(LIVE, "comsrv:7:m")) {
      assertThat(neighbour.hgetAll("hissrv:src:{" + live + "}"))
          .containsKeys("open:1d:" + day, "open:7d:" + monday);
      assertThat(neighbour.hkeys("hissrv:acc:{" + live + "}:1d:" + day))
          .containsExactlyInAnyOrder("ids", Long.toString(FIVE));
      assertThat(neighbour.exists("hissrv:acc:{" + live + "}:7d:" + monday)).isTrue();
    }

    neighbour.hset("hissrv:config:aggregation", "day_offset", "");
    Ended ended = shell.run("hissrv_cron.sh", "5m", "--at", Long.toString(FIVE + 600));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("5m windows are not closed: 1d").doesNotContain("\n");
  }

  @Test
  void troubleIsOneClearLine() throws Exception {
    String cron = "hissrv_cron.sh";
    verifyTrouble(shell.run(cron, "1m", "--nope"), 2, "unknown option --nope");
    verifyTrouble(shell.run(cron, "7m"), 2, "unknown level 7m");
    verifyTrouble(shell.run(cron), 2, "a level is needed");
    verifyTrouble(shell.run(cron, "1m", "5m"), 2, "one level at a time");
    verifyTrouble(shell.run(cron, "1m", "--at", "1700000000000"), 2, "--at takes epoch seconds");
    verifyTrouble(shell.run(cron, "1m", "--port"), 2, "--port needs a value");
    verifyTrouble(shell.run(cron, "1m", "--port", "redis"), 2, "the port must be a number");
    verifyTrouble(shell.run(cron, "1m", "--script", "/nope"), 2, "can't read the script /nope");
    String init = "init_scripts.sh";
    verifyTrouble(shell.run(init, "--nope"), 2, "unknown option --nope");

    for (String[] call : new String[][] {{cron, "1m"}, {init}}) {
      var nowhere = new Shell(folder, Map.of("HISSRV_REDIS_PORT", "1"));
      verifyTrouble(run(nowhere, call), 1, "can't reach Redis at 127.0.0.1:1: ");
      var noTools = new Shell(folder, Map.of("PATH", "/nonexistent"));
      verifyTrouble(run(noTools, call), 1, "redis-cli is missing");
    }
    neighbour.configSet("requirepass", "secret");
    for (String[] call : new String[][] {{cron, "1m"}, {init}}) {
      verifyTrouble(run(shell, call), 1, "refuses the password or user");
      verifyTrouble(run(withPassword("wrong"), call), 1, "refuses the password or user");
    }
    assertThat(withPassword("secret").run(init, "--user", "default").code()).isZero();
  }

  private Shell withPassword(String password) {
    return new Shell(
        folder,
        Map.of(
            "HISSRV_REDIS_PORT",
            Integer.toString(server.port()),
            "HISSRV_REDIS_PASSWORD",
            password));
  }

  private static Ended run(Shell in, String... call) throws Exception {
    return in.run(call[0], List.of(call).subList(1, call.length).toArray(String[]::new));
  }

  @Test
  void aServerThatHangsIsGivenUp() throws Exception {
    Process stop = new ProcessBuilder("kill", "-STOP", Long.toString(server.pid())).start();
    assertThat(stop.waitFor()).isZero();
    try {
      verifyTrouble(shell.run("hissrv_cron.sh", "1m"), 1, "does not answer");
    } finally {
      Process go = new ProcessBuilder("kill", "-CONT", Long.toString(server.pid())).start();
      assertThat(go.waitFor()).isZero();
    }
  }

  @Test
  void helpSaysWhatThereIs() throws Exception {
    Ended cron = shell.run("hissrv_cron.sh", "--help");
    assertThat(cron.code()).isZero();
    assertThat(cron.out()).contains("1m|5m", "--at SECONDS", "HISSRV_REDIS_PASSWORD", "Exit codes");
    Ended init = shell.run("init_scripts.sh", "--help");
    assertThat(init.out()).contains("AGGREGATE_SCRIPT_SHA", "hissrv:script:aggregate");
  }
}
