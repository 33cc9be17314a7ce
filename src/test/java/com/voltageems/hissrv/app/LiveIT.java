package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code /live} of a running service. */
class LiveIT {
  @TempDir Path folder;
  private PrivateRedis server;
  private RedisClient neighbour;
  private HisSrv service;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder.resolve("redis"));
    neighbour = RedisClient.create(server.url());
    neighbour.hset("comsrv:1001:m", Map.of("1", "398.1", "2", "offline", "timestamp", "5"));
    neighbour.hset("comsrv:1002:m", Map.of("1", "230"));
    neighbour.hset("comsrv:1002:m:ts", Map.of("1", "1000"));
    neighbour.hset("modsrv:plant:measurement", Map.of("p", "1"));
    startService();
  }

  private void startService() {
    service =
        HisSrv.live(TestConfig.of(server.url(), folder.resolve("data")), InstantSource.system());
    service.start();
  }

  /** All samples are judged, which the script does, with commands of its own to read them. */
  private static Config judging(Config config) {
    var all =
        new FilterConfig(
            "all",
            Pattern.compile(".*"),
            List.of(new FilterConfig.Condition("nothing", "exists", List.of("false"))),
            false,
            false);
    return new Config(
        config.service(),
        config.site(),
        config.redis(),
        config.aggregation(),
        config.mappings(),
        config.aggregations(),
        config.sources(),
        List.of(all),
        config.store(),
        config.performance(),
        config.logging(),
        config.api());
  }

  @AfterEach
  void stop() {
    service.close();
    neighbour.close();
    server.close();
  }

  @Test
  void everythingComesFirstThenOnlyWhatChanges() throws Exception {
    try (var listener = new Listener(service.port(), "/live?measurement=telemetry")) {
      JsonNode first = listener.next("values");
      assertThat(first.path("source").asText()).isEqualTo("comsrv:1001:m");
      assertThat(first.at("/tags/channel").asText()).isEqualTo("1001");
      assertThat(first.at("/values/voltage"))
          .hasToString(
              "{\"value\":398.1,\"unit\":\"V\",\"point\":\"1\",\"good\":true,\"stale\":false}");
      assertThat(first.at("/values/current"))
          .hasToString(
              "{\"value\":null,\"unit\":\"A\",\"point\":\"2\",\"good\":false,\"stale\":false,"
                  + "\"text\":\"offline\"}");
      assertThat(first.path("values")).hasSize(2);
      assertThat(listener.next("values").at("/values/voltage/stale").asBoolean()).isTrue();
      assertThat(listener.next("status")).hasToString("{\"ok\":true,\"series\":2}");

      neighbour.hset("comsrv:1002:m", "1", "231");
      JsonNode changed = listener.next("values");

      assertThat(changed.path("source").asText()).isEqualTo("comsrv:1002:m");
      assertThat(changed.at("/values/voltage/value").asDouble()).isEqualTo(231);
      neighbour.del("comsrv:1001:m");
      JsonNode gone = listener.next("values");
      assertThat(gone.path("source").asText()).isEqualTo("comsrv:1001:m");
      assertThat(gone.path("values")).isEmpty();
    }
  }

  @Test
  void whoListensIsToldWhenRedisGoesAndComesAgain() throws Exception {
    try (var listener = new Listener(service.port(), "/live?source=modsrv:*")) {
      assertThat(listener.next("status").path("ok").asBoolean()).isTrue();
      server.close();
      assertThat(listener.next("status").path("ok").asBoolean()).isFalse();
    }
  }

  @Test
  void allListenersTogetherReadOnceASecondAndNobodyReadsForNobody() throws Exception {
    // Sampling reads plain hashes, and times of values, in the same way.
    service.close();
    neighbour.del("comsrv:1002:m:ts");
    service =
        HisSrv.live(
            judging(TestConfig.of(server.url(), folder.resolve("data"))), InstantSource.system());
    service.start();
    var listeners = new ArrayList<Listener>();
    for (int i = 0; i < 20; i++) {
      listeners.add(new Listener(service.port(), "/live?source=modsrv:*"));
    }
    listeners.getLast().next("status");
    long before = commands("hgetall");
    Thread.sleep(3_000);
    assertThat(commands("hgetall") - before).isBetween(2L, 4L);
    for (Listener listener : listeners) {
      listener.close();
    }
    Await.until("nobody is served", Duration.ofSeconds(25), () -> isQuiet());
  }

  private boolean isQuiet() {
    long before = commands("hgetall");
    try {
      Thread.sleep(2_100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return commands("hgetall") == before;
  }

  @Test
  void aListenerTooManyIsRefusedAndAStopEndsAll() throws Exception {
    var listeners = new ArrayList<Listener>();
    for (int i = 0; i < 100; i++) {
      listeners.add(new Listener(service.port(), "/live"));
    }
    for (Listener listener : listeners) {
      listener.next("status");
    }
    try (var refused = new Listener(service.port(), "/live")) {
      assertThat(refused.head.getFirst()).contains("429");
      assertThat(String.join("\n", refused.head)).contains("Retry-After: 5");
    }
    long began = System.nanoTime();
    service.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    for (Listener listener : listeners) {
      assertThat(listener.end()).isTrue();
      listener.close();
    }
  }

  private long commands(String name) {
    return neighbour
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
        .findFirst()
        .orElse(0);
  }

  /** Reads events as they come. */
  private static final class Listener implements AutoCloseable {
    private final Socket socket;
    private final List<String> head = new ArrayList<>();
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Listener(int port, String address) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket
          .getOutputStream()
          .write(
              ("GET " + address + " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 7\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
        head.add(line);
        line = reader.readLine();
      }
      Thread.startVirtualThread(() -> {
        try {
          reader.lines().forEach(lines::add);
        } catch (UncheckedIOException _) {
          // The service was stopped, or this test is done.
        }
        lines.add("END");
      });
    }

    JsonNode next(String event) throws Exception {
      String name = "";
      while (true) {
        String line = lines.poll(15, TimeUnit.SECONDS);
        if (line == null || line.equals("END")) {
          throw new AssertionError("no event " + event + " but " + line);
        }
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        }
        if (line.startsWith("data: ") && name.equals(event)) {
          return new JsonMapper().readTree(line.substring(6));
        }
      }
    }

    boolean end() throws InterruptedException {
      String line;
      do {
        line = lines.poll(10, TimeUnit.SECONDS);
      } while (line != null && !line.equals("END"));
      return line != null;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
