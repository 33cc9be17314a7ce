package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.TagCondition;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What questions cost: over HTTP, to a service as the launcher starts it, which samples 10,000
 * points a second and stores their windows, while fifty readers ask once a second each for a day of
 * some point.
 */
public final class QueryBench {
  private static final int CHANNELS = 200;
  private static final int POINTS = 50;
  private static final int READERS = 50;
  private static final int RUNS = 5;
  private static final int QUESTIONS = 200;
  private static final int WARM_UP = 3_000;
  private static final int LATEST = 1_000;
  private static final int EXPORTED_SERIES = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final InstantSource clock;
  private volatile boolean stopped;

  /**
   * @param clock the machine's
   */
  public QueryBench(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What was measured; medians of five runs.
   *
   * @param dayMillis of a day of one point at 1m, the 99th percentile
   * @param yearMillis of a year of one point at 1d, the 99th percentile
   * @param latestMillis the newest rows of 1,000 series
   * @param bytesPerWindow in files
   * @param exportedRowsPerSecond as CSV
   * @param fixtureSeconds what making the history took
   * @param residentBytes of the service, before the five runs
   * @param mostResidentBytes of the service, from its start to its end
   * @param readersAsked questions that the readers got answered meanwhile
   */
  public record Result(
      double dayMillis,
      double yearMillis,
      double latestMillis,
      double bytesPerWindow,
      double exportedRowsPerSecond,
      double fixtureSeconds,
      long residentBytes,
      long mostResidentBytes,
      long readersAsked) {}

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on a Redis and a history of its own; takes minutes.
   *
   * @throws CancellationException when stopped
   * @throws IllegalStateException when the service ends, or an answer is not what it should be
   */
  public Result run(PrintStream progress) {
    int port = ServiceProcess.freePort();
    try (var folder = RunFolder.create()) {
      long begun = System.nanoTime();
      var fixture = new QueryFixture(clock.instant());
      Path store = folder.path().resolve("data/store");
      Files.createDirectories(store);
      try (var written = new SqliteStore(store, clock)) {
        fixture.write(
            written,
            hour -> {
              checkStopped();
              progress.printf("\rmaking history: %s ", hour);
            });
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      double bytes = (double) bytes(store.resolve("1m")) / fixture.windows();
      progress.printf(
          "\r%,d windows in %.0f s, %.1f bytes each%n", fixture.windows(), seconds, bytes);
      try (var redis = PrivateRedis.start(folder.path());
          var site = new LiveSite(redis.url(), CHANNELS, POINTS, 42, clock)) {
        site.start();
        Path config = folder.path().resolve("hissrv.yml");
        Files.writeString(config, config(redis.url(), port));
        try (var service = ServiceProcess.start(folder.path(), config, port);
            var latest = new SqliteStore(store, clock)) {
          return new Run(fixture, service, new Questions(port), latest, progress)
              .result(seconds, bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checkStopped() {
    if (stopped) {
      throw new CancellationException("stopped");
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static String config(String redisUrl, int port) {
    return """
    service: {polling_interval: 1s}
    redis: {url: "%s"}
    store: {type: sqlite, path: data}
    api: {host: 127.0.0.1, port: %d}
    mappings:
      - source_pattern: "comsrv:(\\\\d+):m"
        measurement: telemetry
        tags: [{name: channel, source: capture, index: 1}]
        field_mappings: {"*": direct}
    """
        .formatted(redisUrl, port);
  }

  /** The questions, once the service is up. */
  private final class Run {
    private final QueryFixture fixture;
    private final ServiceProcess service;
    private final Questions questions;
    private final SqliteStore latest;
    private final PrintStream progress;
    private final Random random = new Random(11);

    Run(
        QueryFixture fixture,
        ServiceProcess service,
        Questions questions,
        SqliteStore latest,
        PrintStream progress) {
      this.fixture = fixture;
      this.service = service;
      this.questions = questions;
      this.latest = latest;
      this.progress = progress;
    }

    Result result(double fixtureSeconds, double bytesPerWindow) {
      awaitService();
      try (var readers = new Readers(READERS, questions, this::dayQuestion)) {
        warmUp();
        long resident = service.mostResidentBytes();
        double day = median("a day of one point, ms", () -> percentile99(this::day));
        double year = median("a year of one point, ms", () -> percentile99(this::year));
        double newest = median("newest of 1,000, ms", this::latest);
        double rows = median("rows/s exported", this::export);
        return new Result(
            day,
            year,
            newest,
            bytesPerWindow,
            rows,
            fixtureSeconds,
            resident,
            service.mostResidentBytes(),
            readers.asked());
      }
    }

    /** As a service that runs for months: compiled, with the readers there. */
    private void warmUp() {
      for (int i = 0; i < WARM_UP; i++) {
        checkStopped();
        double _ = day();
        double _ = year();
      }
      double _ = export();
    }

    private void awaitService() {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (service.get("/health").isEmpty()) {
        checkStopped();
        if (!service.isAlive() || System.nanoTime() > deadline) {
          throw new IllegalStateException("the service does not answer");
        }
        pause(100);
      }
    }

    private double median(String what, DoubleSupplier run) {
      double[] runs = new double[RUNS];
      for (int i = 0; i < RUNS; i++) {
        checkStopped();
        runs[i] = run.getAsDouble();
        progress.printf("%s: %,.1f%n", what, runs[i]);
      }
      Arrays.sort(runs);
      return runs[RUNS / 2];
    }

    private double percentile99(DoubleSupplier one) {
      double[] times = new double[QUESTIONS];
      for (int i = 0; i < QUESTIONS; i++) {
        times[i] = one.getAsDouble();
      }
      Arrays.sort(times);
      return times[(int) Math.ceil(QUESTIONS * 0.99) - 1];
    }

    private String dayQuestion() {
      Instant start = fixture.end().minus(Duration.ofDays(1)).minus(Duration.ofMinutes(minutes()));
      return "/query?measurement=%s&channel=%d&start=%s&stop=%s"
          .formatted(
              QueryFixture.WIDE,
              anyOf(QueryFixture.WIDE_SERIES),
              start,
              start.plus(Duration.ofDays(1)));
    }

    private int anyOf(int bound) {
      synchronized (random) {
        return random.nextInt(bound);
      }
    }

    private int minutes() {
      return anyOf(1_400);
    }

    private double day() {
      return questions.millis(dayQuestion(), 1_440);
    }

    private double year() {
      Instant today = fixture.end().truncatedTo(ChronoUnit.DAYS);
      Instant start = today.minus(Duration.ofDays(QueryFixture.YEAR));
      String question =
          "/query?measurement=%s&interval=1d&channel=%d&start=%s&stop=%s"
              .formatted(QueryFixture.LONG, anyOf(QueryFixture.LONG_SERIES), start, today);
      return questions.millis(question, QueryFixture.YEAR);
    }

    private double latest() {
      Set<String> channels =
          IntStream.range(0, LATEST)
              .mapToObj(_ -> Integer.toString(anyOf(QueryFixture.WIDE_SERIES)))
              .collect(Collectors.toSet());
      while (channels.size() < LATEST) {
        channels.add(Integer.toString(anyOf(QueryFixture.WIDE_SERIES)));
      }
      var query =
          new SeriesQuery(
              QueryFixture.WIDE,
              List.of(new TagCondition.In("channel", channels)),
              QueryFixture.minutes(),
              new TimeRange(fixture.end().minus(Duration.ofDays(1)), clock.instant()),
              Set.of(),
              SeriesQuery.Order.OLDEST_FIRST);
      long begun = System.nanoTime();
      int found = latest.latest(query).size();
      if (found != LATEST) {
        throw new IllegalStateException(found + " newest rows of " + LATEST);
      }
      return (System.nanoTime() - begun) / 1e6;
    }

    private double export() {
      Instant start = fixture.end().minus(Duration.ofDays(1));
      String question =
          "/query?measurement=%s&format=csv&start=%s&stop=%s"
              .formatted(QueryFixture.LONG, start, fixture.end());
      long begun = System.nanoTime();
      long rows = questions.lines(question) - 1;
      if (rows != EXPORTED_SERIES * 1_440L) {
        throw new IllegalStateException(rows + " rows exported");
      }
      return rows * 1e9 / (System.nanoTime() - begun);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
