package com.voltageems.hissrv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;

/**
 * Secrets given in every way there is, all holding one word; then everything that can be asked,
 * changed and got wrong, with the log wide open. The word must be nowhere.
 */
class SecretsIT {
  private static final String WORD = "canary";
  private static final String CALLER = "canary-of-a-caller";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final StringBuilder told = new StringBuilder();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer influx;

  @BeforeEach
  void listen() throws IOException {
    influx = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    influx.createContext("/", SecretsIT::refuse);
    influx.start();
  }

  @AfterEach
  void close() {
    influx.stop(0);
    client.close();
  }

  /** As a proxy that was set up to debug: it repeats what it was sent. */
  private static void refuse(HttpExchange exchange) throws IOException {
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body = ("{\"message\":\"not allowed: " + sent + "\"}").getBytes(ISO_8859_1);
    exchange.sendResponseHeaders(401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void noSecretIsToldWhateverIsAskedChangedOrWrong() throws Exception {
    int port = HisSrvProcess.freePort();
    Files.writeString(folder.resolve("secret"), "canary-of-redis\n");
    try (var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var api = new Api(port)) {
      neighbour.hset("comsrv:1:m", Map.of("1", "5", "quality", "good"));
      neighbour.configSet("requirepass", "canary-of-redis");
      Path file = Files.writeString(folder.resolve("hissrv.yml"), yaml(redis.port(), port));
      try (var service =
          HisSrvProcess.start(folder, variables(), "run", "--config", file.toString())) {
        api.awaitUp(Duration.ofSeconds(30));
        Await.until(
            "the store refuses",
            PATIENCE,
            () -> component(api, "store").contains("401") && component(api, "redis").isEmpty());
        askAll(port);
        changeMuch(port, file);
        neighbour.configSet("requirepass", "another");
        Object _ =
            neighbour.executeCommand(
                new CommandArguments(Command.CLIENT).add("KILL").add("TYPE").add("normal"));
        Await.until("Redis refuses", PATIENCE, () -> !component(api, "redis").isEmpty());
        askAll(port);
        call("check-config", file.toString(), "--live");
        service.signal("TERM");
        assertThat(service.awaitExit()).isEqualTo(143);
        told.append(service.output()).append(service.errors());
      }
    }
    readAll(folder.resolve("data"));
    readAll(folder.resolve("log"));

    assertThat(told)
        .contains("***", "revision 2", "bad-configuration", "401")
        .contains("config.overlay.yml");
    assertThat(told).doesNotContain(sha256(CALLER));
    assertThat(told.toString().lines().filter(line -> line.contains(WORD)).toList()).isEmpty();
  }

  private static Map<String, String> variables() {
    var variables = new HashMap<String, String>();
    variables.put("HISSRV_INFLUXDB_TOKEN", "canary-of-influx");
    variables.put("HISSRV_TOKEN", "canary-of-a-bearer");
    variables.put("HOOK_SECRET", "canary-of-the-hook");
    variables.put("HISSRV_LOG", "trace,redis.clients=trace,io.javalin=debug,jdk=debug");
    return variables;
  }

  private String yaml(int redisPort, int port) throws NoSuchAlgorithmException {
    return """
    service: {polling_interval: 100ms}
    performance: {batch_timeout: 0s}
    redis: {url: "redis://127.0.0.1:%d", password: "${file:secret}"}
    influxdb: {url: "http://127.0.0.1:%d", version: 2, org: o, bucket: b, username: me, password: canary-p}
    store: {path: "%s"}
    api: {host: 127.0.0.1, port: %d}
    logging: {file: "%s", format: json}
    alerts:
      - {name: a, condition: "store_up == 0", action: webhook, url: "http://127.0.0.1:%d/", secret: "${HOOK_SECRET}"}
      - {name: b, condition: "redis_up == 0", action: webhook, url: "http://127.0.0.1:%d/", secret: "${NO_HOOK:-canary-d}"}
      - {name: c, condition: "redis_up == 0", action: webhook, url: "http://127.0.0.1:%d/", secret: canary-plain}
    mappings:
      - {source_pattern: "comsrv:([0-9]+):m", measurement: telemetry, field_mappings: {"1": voltage}}
    """
        .formatted(
            redisPort,
            influx.getAddress().getPort(),
            folder.resolve("data"),
            port,
            folder.resolve("log/own.log"),
            influx.getAddress().getPort(),
            influx.getAddress().getPort(),
            influx.getAddress().getPort());
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1)));
  }

  private void askAll(int port) throws Exception {
    for (String path :
        List.of(
            "/config",
            "/config/history",
            "/mappings",
            "/status",
            "/health",
            "/metrics",
            "/completeness",
            "/quarantine",
            "/quarantine/export",
            "/query?measurement=telemetry")) {
      ask(port, "GET", path, "");
    }
    ask(port, "POST", "/sync", "");
    ask(port, "POST", "/verify", "");
  }

  private void changeMuch(int port, Path file) throws Exception {
    String good = Files.readString(file);
    ask(port, "PATCH", "/config", "{\"performance\":{\"batch_size\":77}}");
    assertThat(folder.resolve("data/config.overlay.yml")).exists();
    told.append("config.overlay.yml");
    for (String wrong :
        List.of(
            "{\"redis\":{\"password\":\"canary-x\"}}",
            "{\"redis\":{\"url\":\"redis://:canary-x@h\"}}",
            "{\"influxdb\":{\"token\":\"canary-x\"}}",
            "{\"influxdb\":{\"password\":[\"canary-x\"]}}",
            "{\"alerts\":[{\"name\":\"z\",\"secret\":\"canary-x\"}]}",
            "{\"redis\":{\"password\": canary-x",
            "{\"redis\":{\"password\":\"canary-x\",\"password\":\"canary-x\"}}")) {
      ask(port, "PATCH", "/config", wrong);
      ask(port, "PATCH", "/config?dry_run=true", wrong);
    }
    ask(port, "POST", "/config/validate?live=true", good);
    ask(port, "POST", "/config/validate", good.replace("port: ", "prt: "));
    ask(port, "POST", "/config/validate", "redis: {url: \"redis://:canary@\"}\ntoken: canary: [");
    ask(port, "POST", "/config/rollback", "");
    Files.writeString(file, good + "redis: {password: canary, url: \"redis://:canary@h\"}\n");
    ask(port, "POST", "/config/reload", "");
    call("check-config", file.toString());
    call("check-config", file.toString(), "--json");
    Files.writeString(file, good.replace("canary-plain", "canary-anew"));
    ask(port, "POST", "/config/reload", "");
    call("check-config", file.toString(), "--url", "http://127.0.0.1:" + port, "--token", CALLER);
    call("check-config", file.toString(), "--live", "--json");
    call("quarantine", "list", "--url", "http://127.0.0.1:" + port, "--token", "canary-t");
    call("quarantine", "list", "--url", "http://127.0.0.1:1", "--token", "canary-t");
  }

  private void ask(int port, String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + CALLER)
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    told.append(method + ' ' + path + ' ' + answer.statusCode() + ' ' + answer.headers().map());
    told.append('\n').append(answer.body()).append('\n');
  }

  private void call(String... arguments) {
    var call = HisSrvCall.of(List.of(arguments));
    told.append(call.output()).append('\n').append(call.errors()).append('\n');
  }

  private static String component(Api api, String name) {
    return api.get("/health")
        .map(health -> health.path("components").path(name))
        .filter(one -> one.path("status").asText().equals("down"))
        .map(one -> one.path("message").asText())
        .orElse("");
  }

  private void readAll(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path one : files.filter(Files::isRegularFile).toList()) {
        told.append(one).append('\n').append(new String(Files.readAllBytes(one), ISO_8859_1));
      }
    }
  }
}
