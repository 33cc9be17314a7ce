package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server's HTTP interface, in the dialect of its generation. Safe for any thread. Throws {@link
 * StoreException}; none of its messages holds a secret.
 */
final class Server implements AutoCloseable {
  private final InfluxConfig config;
  private final String authorization;
  private final Verdict verdict;
  private @Nullable HttpClient client;
  private volatile @Nullable InfluxVersion probed;
  private volatile String product = "";

  Server(InfluxConfig config) {
    this.config = config;
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
        request(target + "precision=ns")
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofByteArray(body));
    if (config.gzip()) {
      request.header("Content-Encoding", "gzip");
    }
    HttpResponse<String> answer = send(request.build(), BodyHandlers.ofString(), config.timeout());
    if (answer.statusCode() / 100 != 2) {
      if (answer.statusCode() == 404) {
        probed = null;
      }
      throw verdict.onWrite(answer);
    }
  }

  /** Streams the answer to statements. */
  void query(String statements, Duration timeout, Answers.RowReader rows) {
    String form =
        parameter("db", database())
            + parameter("rp", config.access().retentionPolicy())
            + parameter("q", statements)
            + "epoch=ns&chunked=true&chunk_size=5000";
    HttpRequest request =
        request("/query")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(form))
            .build();
    HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream(), timeout);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        String said = new String(body.readNBytes(4_096), StandardCharsets.UTF_8);
        throw verdict.onQuery(answer.statusCode(), answer.headers(), said);
      }
      Answers.read(body, rows);
    } catch (Answers.Refused e) {
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
    HttpRequest request =
        request(target)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> answer = send(request, BodyHandlers.ofString(), config.timeout());
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
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }

  /** Made when first needed: the file with certificates may come later. */
  private synchronized HttpClient client() {
    if (client == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(config.timeout());
      config.caFile().map(TrustedCertificates::with).ifPresent(builder::sslContext);
      client = builder.build();
    }
    return client;
  }

  private InfluxVersion probe() {
    HttpResponse<String> ping = get("/ping");
    String said = ping.headers().firstValue("X-Influxdb-Version").orElse("").replaceFirst("^v", "");
    product = said;
    if (said.startsWith("0")) {
      throw StoreException.fatal(
          "InfluxDB %s at %s is too old: 1.6 or newer is needed".formatted(said, config.url()),
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
            .formatted(config.url(), ping.statusCode(), health.statusCode()),
        null);
  }

  private HttpResponse<String> get(String target) {
    HttpRequest request = request(target).GET().build();
    HttpResponse<String> answer = send(request, BodyHandlers.ofString(), config.timeout());
    if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
      throw verdict.onQuery(answer.statusCode(), answer.headers(), answer.body());
    }
    return answer;
  }

  private HttpRequest.Builder request(String target) {
    var request = HttpRequest.newBuilder(URI.create(config.url() + target));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  private String database() {
    return config.access().databaseOrBucket();
  }

  /** The JDK's own time-out ends with the answer's headers; this one holds for a text's end. */
  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body, Duration timeout) {
    CompletableFuture<HttpResponse<T>> answer = client().sendAsync(request, body);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      boolean _ = answer.cancel(true);
      throw StoreException.retryable(
          "InfluxDB did not answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      boolean _ = answer.cancel(true);
      Thread.currentThread().interrupt();
      throw StoreException.retryable("interrupted", e);
    } catch (ExecutionException e) {
      throw StoreException.retryable(
          "no answer from InfluxDB at " + config.url() + ": " + Verdict.words(e.getCause()), e);
    }
  }

  static String parameter(String name, String value) {
    return value.isEmpty()
        ? ""
        : name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8) + "&";
  }
}
