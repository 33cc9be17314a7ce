package com.voltageems.hissrv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.aggregate.Aggregation;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.aggregate.LiveHashes;
import com.voltageems.hissrv.aggregate.Mode;
import com.voltageems.hissrv.aggregate.OpenArchives;
import com.voltageems.hissrv.aggregate.Tiling;
import com.voltageems.hissrv.backup.PointImport;
import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.correct.Corrections;
import com.voltageems.hissrv.correct.Deletions;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.query.CompletenessQuery;
import com.voltageems.hissrv.query.ExplainQuery;
import com.voltageems.hissrv.query.FreshPoints;
import com.voltageems.hissrv.query.HistoryQuery;
import com.voltageems.hissrv.query.InventoryQuery;
import com.voltageems.hissrv.query.LatestQuery;
import com.voltageems.hissrv.query.LiveFeed;
import com.voltageems.hissrv.query.PointQuery;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.verify.HeldArchives;
import com.voltageems.hissrv.verify.Reconciler;
import com.voltageems.hissrv.verify.SourceSeries;
import com.voltageems.hissrv.verify.VerifyQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The real server on a free port over a real store; it is 10:30 on 29 January 2026. */
final class ApiFixture implements AutoCloseable {
  /** An answer without end is a failure, not a test without end. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static final Instant NOW = Instant.parse("2026-01-29T10:30:00Z");

  final Path storeFolder;
  final HistoryStore store;
  final StoreOperations operations;
  final Ledger ledger;
  private final Reconciler reconciler;
  private final RedisConnection redis;
  final Outbox outbox;
  final Catalog catalog;
  final Path configFile;
  final LiveConfig live;
  final ApiServer server;
  final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  ApiFixture(Path folder) {
    this(folder, new ApiConfig("127.0.0.1", 0));
  }

  ApiFixture(Path folder, ApiConfig config) {
    this(folder, config, new SqliteStore(folder.resolve("store"), InstantSource.fixed(NOW)));
  }

  /** Over another store, which it closes. */
  ApiFixture(Path folder, HistoryStore store) {
    this(folder, new ApiConfig("127.0.0.1", 0), store);
  }

  /** With other deadlines for slow clients. */
  ApiFixture(Path folder, ApiConfig config, SlowClients slowClients) {
    this(
        folder,
        config,
        new SqliteStore(folder.resolve("store"), InstantSource.fixed(NOW)),
        slowClients);
  }

  private ApiFixture(Path folder, ApiConfig config, HistoryStore store) {
    this(folder, config, store, new SlowClients(10, 60));
  }

  private ApiFixture(Path folder, ApiConfig config, HistoryStore store, SlowClients slowClients) {
    var clock = InstantSource.fixed(NOW);
    storeFolder = folder.resolve("store");
    this.store = store;
    operations = new StoreOperations(store, clock);
    var mapping = new Mapping(List.of());
    redis = new RedisConnection("redis://127.0.0.1:1");
    catalog = new Catalog(folder.resolve("catalog.db"));
    var levels = List.of(Level.parse("1m").orElseThrow(), Level.parse("5m").orElseThrow());
    ledger = new Ledger(folder.resolve("ledger.db"), levels, Level::windowAt, _ -> true, clock);
    reconciler =
        new Reconciler(
            ledger,
            Level::windowAt,
            store,
            new SourceSeries(() -> mapping, catalog),
            new HeldArchives(redis, clock),
            level -> Instant.MIN);
    outbox = new Outbox(folder.resolve("outbox.db"), clock);
    configFile = folder.resolve("hissrv.yml");
    live = live(folder.resolve("data"));
    server = serverAt(config, slowClients);
    server.start();
    port = server.port();
  }

  private LiveConfig live(Path data) {
    try {
      Files.writeString(
          configFile,
          """
          redis: {url: "redis://:canary@localhost:6379"}
          store: {path: "%s"}
          mappings:
            - source_pattern: "comsrv:([0-9]+):m"
              measurement: telemetry
              field_mappings: {"1": voltage}
          """
              .formatted(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var source = new ConfigSource(configFile, Map.of(), Functions.builtIn());
    var config = new LiveConfig(source, InstantSource.fixed(NOW));
    config.keepHistory();
    return config;
  }

  /** Of a Redis that is down. */
  private Aggregation aggregation(Mapping mapping, InstantSource clock) {
    var metrics = new Metrics();
    return new Aggregation(
        redis,
        clock,
        Mode.REPLAY,
        List.of(Level.parse("1m").orElseThrow()),
        ZoneOffset.UTC,
        mapping,
        metrics,
        new Offenders(metrics, clock));
  }

  /** One that is not started. */
  ApiServer serverAt(ApiConfig config) {
    return serverAt(config, new SlowClients(10, 60));
  }

  private ApiServer serverAt(ApiConfig config, SlowClients slowClients) {
    var clock = InstantSource.fixed(NOW);
    var mapping = new Mapping(TestConfig.of("redis://127.0.0.1:1", storeFolder).mappings());
    var history = new HistoryQuery(store, clock);
    return new ApiServer(
        config,
        operations,
        new Questions(
            history,
            new PointQuery(history, () -> mapping, catalog, clock),
            new InventoryQuery(store, catalog),
            new LatestQuery(store, clock, () -> ZoneOffset.UTC),
            new ExplainQuery(
                store,
                new FreshPoints(
                    outbox,
                    new OpenArchives(
                        redis,
                        clock,
                        new Tiling(
                            List.of(
                                Level.parse("1m").orElseThrow(), Level.parse("5m").orElseThrow()),
                            ZoneOffset.UTC)),
                    TreeSet::new,
                    () -> mapping,
                    catalog.amendments(),
                    Optional.empty()),
                ledger,
                outbox.quarantine(),
                catalog,
                List::of,
                clock,
                () -> ZoneOffset.UTC),
            new LiveFeed(
                new LiveHashes(redis, aggregation(mapping, clock)),
                () -> mapping,
                () -> Duration.ofSeconds(3)),
            new CompletenessQuery(ledger, clock),
            new VerifyQuery(ledger, reconciler, clock),
            new StoredDays(store),
            new Corrections(
                store,
                outbox,
                catalog,
                () -> mapping,
                Level::windowAt,
                Runnable::run,
                clock,
                Optional.empty()),
            new Deletions(
                store,
                outbox,
                Optional.empty(),
                catalog,
                ledger,
                new SourceSeries(() -> mapping, catalog),
                Level::windowAt,
                Runnable::run,
                clock,
                Optional.empty())),
        new Shelf(outbox.quarantine(), new Replay(outbox.quarantine(), catalog, () -> mapping)),
        Optional.empty(),
        new PointImport(
            outbox,
            catalog,
            () -> mapping,
            () -> TestConfig.of("redis://127.0.0.1:1", storeFolder).performance(),
            clock),
        live,
        tried -> Map.of("keys", 0),
        clock,
        slowClients);
  }

  /**
   * What came back.
   *
   * @param head status line and headers where they were read raw, else empty
   */
  record Answer(int status, String head, Map<String, List<String>> headers, String body) {
    JsonNode json() {
      try {
        return new JsonMapper().readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(body, e);
      }
    }

    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of("")).getFirst();
    }

    /** The last part of a problem's type. */
    String problem() {
      if (!header("content-type").startsWith("application/problem+json")) {
        return "not a problem: " + header("content-type");
      }
      return json().path("type").asText().replace("urn:hissrv:problem:", "");
    }
  }

  Answer get(String pathAndQuery) {
    return send("GET", pathAndQuery);
  }

  /** The body of an answer that is no text. */
  byte[] bytes(String pathAndQuery) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery))
            .timeout(PATIENCE)
            .build();
    try {
      return client.send(request, BodyHandlers.ofByteArray()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer send(String method, String pathAndQuery, String... headers) {
    return sendBody(method, pathAndQuery, "", headers);
  }

  Answer sendBody(String method, String pathAndQuery, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery))
            .timeout(PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), "", response.headers().map(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends exactly these bytes, each line ended by CRLF, and reads until the server closes. */
  Answer raw(String... lines) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      String request = String.join("\r\n", lines);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      String head = all.substring(0, end);
      var headers =
          head.lines()
              .skip(1)
              .map(line -> line.split(": ?", 2))
              .collect(
                  Collectors.groupingBy(
                      parts -> parts[0].toLowerCase(Locale.ROOT),
                      Collectors.mapping(parts -> parts[1], Collectors.toList())));
      int status = Integer.parseInt(head.split(" ", 3)[1]);
      return new Answer(status, head, headers, all.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A point so many minutes before now. */
  Point point(String measurement, Map<String, String> tags, int minutesAgo, double value) {
    return Point.of(
        SeriesKey.of(measurement, tags),
        NOW.minusSeconds(60L * minutesAgo),
        Map.of("voltage_avg", FieldValue.of(value), "voltage_count", FieldValue.of(60L)));
  }

  void store(String measurement, Map<String, String> tags, int minutesAgo, double value) {
    store.write(List.of(point(measurement, tags, minutesAgo, value)));
  }

  @Override
  public void close() {
    client.close();
    server.close();
    ledger.close();
    catalog.close();
    redis.close();
    outbox.close();
    store.close();
  }
}
