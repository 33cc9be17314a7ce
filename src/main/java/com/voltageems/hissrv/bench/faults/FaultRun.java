package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.DemoException;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.ScriptedSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** One round: a fixed log flows while faults strike it, one seed one script. */
final class FaultRun implements AutoCloseable {
  /** How soon after a fault all must flow again. */
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final long START = 1_772_366_400L;
  private static final int STEPS_TO_CLOSE_ALL = 66;
  private static final String[] REDIS = {"--appendonly", "yes", "--appendfsync", "always"};

  private final long seed;
  private final SplittableRandom random;
  private final SampleLog log;
  private final Timeline timeline = new Timeline(START);
  private final List<Violation> violations = new ArrayList<>();
  private final Path folder;
  private final BooleanSupplier stopped;
  private final Path config;
  private PrivateRedis redis;
  private final ScriptedSite site;
  private Victim victim;
  private int faults;
  private String last = "none";

  FaultRun(Path folder, long seed, BooleanSupplier stopped) {
    this.folder = folder;
    this.seed = seed;
    this.stopped = stopped;
    random = new SplittableRandom(seed);
    log = new SampleLog(seed);
    config = folder.resolve("hissrv.yml");
    redis = PrivateRedis.start(folder, 0, REDIS);
    site = new ScriptedSite(redis.url());
    write(config, configuration());
    victim = Victim.start(folder, config, START * 1_000);
  }

  /**
   * What a round showed.
   *
   * @param windows of all sources and levels that were looked at
   * @param unexcused those that no fault excuses
   */
  record Outcome(int faults, long windows, long unexcused, List<Violation> violations) {}

  /**
   * @param count how many faults
   * @param progress is told how many there were
   * @throws CancellationException when stopped
   */
  Outcome run(int count, IntConsumer progress) {
    try {
      while (faults < count && flows()) {
        steps(between(6, 30));
        strike();
        progress.accept(faults);
      }
      return reckon();
    } catch (GivenUp e) {
      return new Outcome(faults, 0, 0, violations);
    }
  }

  @Override
  public void close() {
    victim.close();
    site.close();
    redis.close();
  }

  private void strike() {
    int dice = random.nextInt(100);
    if (dice < 52) {
      store();
    } else if (dice < 66) {
      kill(false);
    } else if (dice < 74) {
      kill(true);
    } else if (dice < 84) {
      redis();
    } else if (dice < 91) {
      fullDisk();
    } else if (dice < 96) {
      freeze();
    } else {
      clock();
    }
  }

  private void store() {
    Answer answer = Answer.FAULTS.get(random.nextInt(Answer.FAULTS.size()));
    begin("the store answers " + answer);
    storeAnswers(answer);
    steps(between(2, 12));
    pause(between(100, 900));
    if (random.nextInt(4) == 0) {
      // Another fault within this one. A process that is started again knows of no fault.
      strikeWithin();
      steps(between(1, 6));
    }
    storeAnswers(Answer.WELL);
  }

  private void strikeWithin() {
    switch (random.nextInt(4)) {
      case 0 -> kill(random.nextBoolean());
      case 1 -> redis();
      case 2 -> fullDisk();
      default -> freeze();
    }
  }

  private void kill(boolean torn) {
    begin(torn ? "kill -9 with a torn tail" : "kill -9");
    boolean taken = sampleWhile(() -> victim.kill());
    if (torn) {
      tear(folder.resolve("data/outbox.db-wal"));
    }
    victim = Victim.start(folder, config, timeline.now() * 1_000);
    afterwards(taken);
  }

  private void redis() {
    begin("Redis is killed and started again");
    boolean taken = sampleWhile(() -> redis.kill());
    pause(between(20, 600));
    redis = PrivateRedis.start(folder, redis.port(), REDIS);
    afterwards(taken);
  }

  private void freeze() {
    begin("SIGSTOP");
    int millis = between(200, 1_500);
    boolean taken =
        sampleWhile(() -> {
          victim.signal("STOP");
          pause(millis);
          victim.signal("CONT");
        });
    afterwards(taken);
  }

  private void fullDisk() {
    begin("the disk is full");
    victim.limitFiles(List.of("0", "4096", "50000").get(random.nextInt(3)));
    steps(between(6, 14));
    pause(between(100, 900));
    victim.limitFiles("unlimited");
  }

  private void clock() {
    int seconds = Timeline.STEP * between(3, 18) * (random.nextBoolean() ? 1 : -1);
    begin("the clock is set by " + seconds + " s");
    timeline.jump(seconds);
  }

  private void begin(String fault) {
    if (stopped.getAsBoolean()) {
      throw new CancellationException("stopped");
    }
    faults++;
    last = fault;
  }

  /** The sample at hand is taken again unless it was; then some may be missed. */
  private void afterwards(boolean taken) {
    if (!taken) {
      sample();
    } else {
      timeline.visited();
    }
    timeline.step();
    timeline.skip(random.nextInt(2) == 0 ? 0 : between(1, 4));
  }

  /** Strikes while a sample is being taken; whether that was answered. */
  private boolean sampleWhile(Runnable strike) {
    writeLiveValues();
    int delay = random.nextInt(12);
    Thread striking =
        Thread.ofPlatform()
            .start(() -> {
              pause(delay);
              strike.run();
            });
    Optional<String> answer = victim.ask("sample " + timeline.now() * 1_000, ANSWER);
    try {
      striking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer.filter(ServiceUnderTest.OK::equals).isPresent();
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      writeLiveValues();
      sample();
      timeline.step();
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

  /** Until it is taken: sample time waits. */
  private void sample() {
    command("sample " + timeline.now() * 1_000);
    timeline.visited();
  }

  /** Has the store answer so until it is told otherwise. */
  void storeAnswers(Answer answer) {
    command("store " + answer);
  }

  private void command(String command) {
    long until = System.nanoTime() + RECOVERY.toNanos();
    Optional<String> answer = victim.ask(command, ANSWER);
    while (answer.filter(ServiceUnderTest.OK::equals).isEmpty()) {
      if (System.nanoTime() > until) {
        violated("\"" + command + "\" is not done within 30 s: " + answer.orElse("no answer"));
        throw new GivenUp();
      }
      pause(20);
      answer = victim.ask(command, ANSWER);
    }
  }

  /** Whether everything that is closed is delivered or set aside, soon. */
  private boolean flows() {
    long until = System.nanoTime() + RECOVERY.toNanos();
    String waiting = "";
    while (System.nanoTime() < until) {
      waiting = victim.ask("waiting", ANSWER).orElse("no answer");
      if (waiting.equals("0")) {
        return true;
      }
      pause(20);
    }
    violated("30 s after the fault ended there still wait: " + waiting);
    return false;
  }

  private Outcome reckon() {
    steps(STEPS_TO_CLOSE_ALL);
    if (flows() && !victim.stop()) {
      violated("it does not stop");
    }
    victim.kill();
    var reckoning = new Reckoning(log, timeline);
    reckoning.reckon(folder.resolve("data"));
    reckoning.violations().forEach(this::violated);
    return new Outcome(faults, reckoning.windows(), reckoning.unexcused(), violations);
  }

  private void violated(String what) {
    violations.add(new Violation(seed, faults, last, what));
  }

  /** What a power cut leaves behind the last fsync: a frame that was begun, or anything. */
  private void tear(Path wal) {
    try {
      if (!Files.exists(wal)) {
        return;
      }
      byte[] whole = Files.readAllBytes(wal);
      byte[] tail = new byte[between(1, 9_000)];
      if (random.nextBoolean() || whole.length < tail.length) {
        for (int i = 0; i < tail.length; i++) {
          tail[i] = (byte) random.nextInt();
        }
      } else {
        System.arraycopy(whole, whole.length - tail.length, tail, 0, tail.length);
      }
      Files.write(wal, tail, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String configuration() {
    return """
    redis: {url: "%s"}
    service: {polling_interval: 100ms}
    store: {path: "%s", retention: {1m: forever, 5m: forever}}
    mappings:
      - source_pattern: "comsrv:(\\\\d+):m"
        measurement: telemetry
        tags: [{name: channel, source: capture, index: 1}]
        field_mappings: {"1": value_1, "2": value_2, "3": value_3}
      - source_pattern: "modsrv:([^:]+):measurement"
        measurement: model_data
        tags: [{name: model, source: capture, index: 1}]
        field_mappings: {"*": direct}
    """
        .formatted(redis.url(), folder.resolve("data"));
  }

  private int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The round can't go on; what was violated is known. */
  private static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
