package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.demo.DemoException;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.ScriptedSite;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Redis, the service and the live values of one round; what can be done to them. */
final class Rig implements AutoCloseable {
  /** How soon after a fault all must flow again. */
  static final Duration RECOVERY = Duration.ofSeconds(30);

  /** Under {@code mappings:}, for the sources of the sample log. */
  static final String MAPPINGS =
      """
        - source_pattern: "comsrv:(\\\\d+):m"
          measurement: telemetry
          tags: [{name: channel, source: capture, index: 1}]
          field_mappings: {"1": value_1, "2": value_2, "3": value_3}
        - source_pattern: "modsrv:([^:]+):measurement"
          measurement: model_data
          tags: [{name: model, source: capture, index: 1}]
          field_mappings: {"*": direct}
      """;

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String[] REDIS = {"--appendonly", "yes", "--appendfsync", "always"};

  private final Path folder;
  private final Path config;
  private final SampleLog log;
  private final Timeline timeline;
  private final ScriptedSite site;
  private final RedisConnection queue;
  private PrivateRedis redis;
  private Victim victim;
  private final @Nullable InfluxUnderTest influx;

  /** What the embedded store answers, in the service's process. */
  private Answer answer = Answer.WELL;

  /**
   * @param influx whether history goes to InfluxDB, else to the embedded store
   */
  Rig(Path folder, SampleLog log, Timeline timeline, boolean influx) {
    this.influx = influx ? new InfluxUnderTest(folder) : null;
    this.folder = folder;
    this.log = log;
    this.timeline = timeline;
    config = folder.resolve("hissrv.yml");
    redis = PrivateRedis.start(folder, 0, REDIS);
    site = new ScriptedSite(redis.url());
    queue = new RedisConnection(redis.url());
    writeConfiguration();
    victim = Victim.start(folder, config, timeline.now() * 1_000, answer);
  }

  /** It is not done in time: the round can't go on. */
  static final class Stuck extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stuck(String message) {
      super(message);
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  /** Where the service listens to Redis, for whoever looks from outside. */
  RedisConnection queue() {
    return queue;
  }

  /** Samples are taken at the next moments. */
  void steps(int count) {
    for (int i = 0; i < count; i++) {
      writeLiveValues();
      sample();
      timeline.step();
    }
  }

  /** Until it is taken: sample time waits. */
  void sample() {
    command("sample " + timeline.now() * 1_000);
    timeline.visited();
  }

  /**
   * Strikes while a sample is being taken; whether that was answered.
   *
   * @param delay milliseconds after it was begun
   */
  boolean sampleWhile(int delay, Runnable strike) {
    writeLiveValues();
    Thread striking =
        Thread.ofPlatform()
            .start(() -> {
              pause(delay);
              strike.run();
            });
    Optional<String> taken = victim.ask("sample " + timeline.now() * 1_000, ANSWER);
    try {
      striking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return taken.filter(ServiceUnderTest.OK::equals).isPresent();
  }

  /** Has the store answer so until it is told otherwise, also in a process that is new. */
  void storeAnswers(Answer next) {
    if (influx == null) {
      answer = next;
      command("store " + next);
    } else {
      influx.proxy().answers(next);
    }
  }

  /** How many writes met the answer that the store has now; empty while nobody tells. */
  OptionalInt felt() {
    if (influx != null) {
      return OptionalInt.of(influx.proxy().felt());
    }
    Optional<String> told = ask("felt").filter(text -> text.matches("\\d+"));
    return told.isPresent() ? OptionalInt.of(Integer.parseInt(told.get())) : OptionalInt.empty();
  }

  /** The store itself, for whoever looks after the service has ended. */
  HistoryStore store() {
    return influx == null
        ? new SqliteStore(
            data().resolve("store"),
            InstantSource.fixed(Instant.ofEpochSecond(timeline.now())),
            Retention.ALL_FOREVER,
            new Metrics())
        : influx.behind();
  }

  /** What the store may be told to answer. */
  List<Answer> faults() {
    return influx == null ? Answer.FAULTS : Answer.OVER_TCP;
  }

  /** What the service answers; empty when it does not. */
  Optional<String> ask(String question) {
    return victim.ask(question, ANSWER);
  }

  void killService() {
    victim.kill();
  }

  void startService() {
    victim = Victim.start(folder, config, timeline.now() * 1_000, answer);
  }

  void freezeService(int millis) {
    victim.signal("STOP");
    pause(millis);
    victim.signal("CONT");
  }

  /** No file of the service may grow beyond so many bytes. */
  void limitFiles(String bytes) {
    victim.limitFiles(bytes);
  }

  boolean stopService() {
    return victim.stop();
  }

  void killRedis() {
    redis.kill();
  }

  void startRedis() {
    redis = PrivateRedis.start(folder, redis.port(), REDIS);
  }

  @Override
  public void close() {
    victim.close();
    queue.close();
    site.close();
    redis.close();
    if (influx != null) {
      influx.close();
    }
  }

  static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void command(String command) {
    long until = System.nanoTime() + RECOVERY.toNanos();
    Optional<String> done = ask(command);
    while (done.filter(ServiceUnderTest.OK::equals).isEmpty()) {
      if (System.nanoTime() > until) {
        throw new Stuck("\"" + command + "\" is not done within 30 s: " + done.orElse("no answer"));
      }
      pause(20);
      done = ask(command);
    }
  }

  private void writeLiveValues() {
    long until = System.nanoTime() + RECOVERY.toNanos();
    while (true) {
      try {
        site.write(log.hashesAt(timeline.now()));
        return;
      } catch (DemoException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        pause(20);
      }
    }
  }

  private void writeConfiguration() {
    try {
      Files.writeString(
          config,
          """
          redis: {url: "%s"}
          service: {polling_interval: 100ms}
          performance: {batch_timeout: 50ms}
          store: {path: "%s", retention: {1m: forever, 5m: forever}}
          %s
          mappings:
          %s
          """
              .formatted(redis.url(), data(), influx == null ? "" : influx.section(), MAPPINGS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
