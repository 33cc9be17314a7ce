package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's HTTP interface, in the dialect of its generation. Safe for any thread. Throws {@link
 * StoreException}; none of its messages holds a secret.
 */
final class Server implements AutoCloseable {
  private final InfluxConfig config;
  private final String authorization;
  private final Verdict verdict;
  private final Addresses addresses;
  private volatile @Nullable InfluxVersion probed;
  private volatile String product = "";

  Server(InfluxConfig config) {
    this.config = config;
    addresses = new Addresses(config);
    InfluxConfig.Access access = config.access();
    authorization = authorization(access);
    verdict =
        new Verdict(
            List.of(
                access.token(),
                authorization.substring(authorization.indexOf(' ') + 1),
                access.password()));
  }

  private static String authorization(InfluxConfig.Access access) {
    if (!access.token().isEmpty()) {
      return "Token " + access.token();
    }
    byte[] user = (access.username() + ":" + access.password()).getBytes(StandardCharsets.UTF_8);
    return access.username().isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString(user);
  }

  /** Returns when the server has acknowledged all lines. */
  void write(byte[] body) {
    boolean buckets = version() != InfluxVersion.V1;
    InfluxConfig.Access access = config.access();
    String target =
        buckets
            ? "/api/v2/write?"
                + parameter("org", access.org())
                + parameter("bucket", access.bucketOrDatabase())
            : "/write?"
                + parameter("db", access.databaseOrBucket())
                + parameter("rp", access.retentionPolicy());
    HttpRequest.Builder request =
        request()
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofByteArray(body));
    if (config.gzip()) {
      request.header("Content-Encoding", "gzip");
    }
    HttpResponse<String> answer =
        addresses.send(request, target + "precision=ns", BodyHandlers.ofString(), config.timeout());
    if (answer.statusCode() / 100 != 2) {
      if (answer.statusCode() == 404) {
        probed = null;
      }
      throw verdict.onWrite(answer);
    }
  }

  /**
   * Deletes rows from the bucket, as 2.x has it; returns when they are gone.
   *
   * @param json the range and which rows
   */
  void delete(String json) {
    InfluxConfig.Access access = config.access();
    String target =
        "/api/v2/delete?"
            + parameter("org", access.org())
            + parameter("bucket", access.bucketOrDatabase());
    if (!manage("POST", target, json).found()) {
      throw StoreException.unsupported(
          "InfluxDB has no bucket " + access.bucketOrDatabase() + ", or can't delete rows");
    }
  }

  /** Streams the answer to statements. */
  void query(String statements, Duration timeout, Answers.RowReader rows) {
    String form =
        parameter("db", database())
            + parameter("rp", config.access().retentionPolicy())
            + parameter("q", statements)
            + "epoch=ns&chunked=true&chunk_size=5000";
    HttpRequest.Builder request =
        request()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(form));
    HttpResponse<InputStream> answer =
        addresses.send(request, "/query", BodyHandlers.ofInputStream(), timeout);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        String said = new String(body.readNBytes(4_096), StandardCharsets.UTF_8);
        throw verdict.onQuery(answer.statusCode(), answer.headers(), said);
      }
      Answers.read(body, rows);
    } catch (Answers.Refused e) {
      if (Verdict.isNothingThere(String.valueOf(e.getMessage()))) {
        return;
      }
      throw verdict.onStatement(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw StoreException.retryable("InfluxDB's answer broke off: " + e.getMessage(), e);
    }
  }

  /**
   * Calls the management interface; 404 is an answer there.
   *
   * @param json empty when there is no body
   */
  Answer manage(String method, String target, String json) {
    HttpRequest.Builder request =
        request()
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    HttpResponse<String> answer =
        addresses.send(request, target, BodyHandlers.ofString(), config.timeout());
    int status = answer.statusCode();
    if (status / 100 != 2 && status != 404) {
      throw verdict.onQuery(status, answer.headers(), answer.body());
    }
    return new Answer(status, answer.body());
  }

  /** What the management interface said. */
  record Answer(int status, String body) {
    boolean found() {
      return status != 404;
    }
  }

  /** Whether it knows no buckets but by database and retention policy, also as 1.8 by token. */
  boolean hasDatabases() {
    return version() == InfluxVersion.V1 || product.startsWith("1");
  }

  /** What it called itself when it was asked; empty when it was not, or does not say. */
  String product() {
    return product;
  }

  /** Where it is to be had. */
  List<AddressState> addresses() {
    return addresses.states();
  }

  /** Which generation it is, asked once where the configuration leaves it open. */
  InfluxVersion version() {
    if (config.version() != InfluxVersion.AUTO) {
      return config.version();
    }
    InfluxVersion known = probed;
    if (known == null) {
      known = probe();
      probed = known;
    }
    return known;
  }

  @Override
  public void close() {
    addresses.close();
  }

  private InfluxVersion probe() {
    HttpResponse<String> ping = get("/ping");
    String said = ping.headers().firstValue("X-Influxdb-Version").orElse("").replaceFirst("^v", "");
    product = said;
    Optional<String> gemini = ping.headers().firstValue("X-Geminidb-Version");
    if (gemini.isPresent()) {
      product = ("openGemini " + gemini.get()).strip();
      return InfluxVersion.V1;
    }
    if (said.startsWith("0")) {
      throw StoreException.fatal(
          "InfluxDB %s at %s is too old: 1.6 or newer is needed"
              .formatted(said, addresses.serving()),
          null);
    }
    if (said.startsWith("3")) {
      return InfluxVersion.V3;
    }
    if (said.startsWith("2")) {
      return InfluxVersion.V2;
    }
    if (said.startsWith("1")) {
      boolean buckets = said.matches("1\\.([89]|\\d\\d).*") && !config.access().token().isEmpty();
      return buckets ? InfluxVersion.V2 : InfluxVersion.V1;
    }
    HttpResponse<String> health = get("/health");
    if (health.statusCode() == 200) {
      return InfluxVersion.V2;
    }
    throw StoreException.fatal(
        "the server at %s does not say which version of InfluxDB it is (/ping: %d, /health: %d); set influxdb.version"
            .formatted(addresses.serving(), ping.statusCode(), health.statusCode()),
        null);
  }

  private HttpResponse<String> get(String target) {
    HttpResponse<String> answer =
        addresses.send(request().GET(), target, BodyHandlers.ofString(), config.timeout());
    if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
      throw verdict.onQuery(answer.statusCode(), answer.headers(), answer.body());
    }
    return answer;
  }

  private HttpRequest.Builder request() {
    var request = HttpRequest.newBuilder();
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  private String database() {
    return config.access().databaseOrBucket();
  }

  static String parameter(String name, String value) {
    return value.isEmpty()
        ? ""
        : name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8) + "&";
  }
}
