package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.ApiConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the running service over HTTP. Throws {@link ServiceException}. */
final class ServiceClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final URI service;
  private final @Nullable String token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * Of the service at an address.
   *
   * @param url {@code http://host:port}
   * @param token sent as a bearer token; null for none
   */
  ServiceClient(String url, @Nullable String token) {
    this.token = token;
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      service = URI.create(base);
    } catch (IllegalArgumentException e) {
      throw badUrl(url);
    }
    boolean isHttp = "http".equals(service.getScheme()) || "https".equals(service.getScheme());
    if (!isHttp || service.getHost() == null) {
      throw badUrl(url);
    }
  }

  /** Where a service of this configuration answers on this machine. */
  static String urlOf(ApiConfig api) {
    boolean isAnyAddress = api.host().equals("0.0.0.0") || api.host().equals("::");
    String host = isAnyAddress ? "127.0.0.1" : api.host();
    return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, api.port());
  }

  /** The JSON that a request is answered with. */
  JsonNode ask(String method, String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(one ->
                one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    var request =
        HttpRequest.newBuilder(URI.create(service + path + (query.isEmpty() ? "" : "?" + query)))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.noBody());
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      JsonNode body = JSON.readTree(response.body());
      if (response.statusCode() == 200) {
        return body;
      }
      throw new ServiceException(
          "%s answers %d: %s"
              .formatted(service, response.statusCode(), body.path("detail").asText("no reason")));
    } catch (JacksonException e) {
      throw new ServiceException(service + " is no HisSrv: its answer is no JSON");
    } catch (IOException e) {
      throw new ServiceException(
          "no HisSrv answers at %s (%s); start it, or say where it is with --url"
              .formatted(
                  service, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted");
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static ServiceException badUrl(String url) {
    return new ServiceException("'" + url + "' is no address; --url http://localhost:8082");
  }
}
