package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.ApiConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the running service over HTTP. Throws {@link ServiceException}. */
final class ServiceClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final URI service;
  private final @Nullable String token;
  private final Map<String, String> always;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
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
    this(url, token, Map.of());
  }

  /** Which sends these parameters with every request. */
  ServiceClient(String url, @Nullable String token, Map<String, String> always) {
    this.token = token;
    this.always = always;
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
    return "%s://%s:%d"
        .formatted(
            api.tls().isPresent() ? "https" : "http",
            host.contains(":") ? "[" + host + "]" : host,
            api.port());
  }

  /** The JSON that a request is answered with. */
  JsonNode ask(String method, String path, Map<String, String> parameters) {
    return ask(method, path, parameters.entrySet());
  }

  /** The same, with parameters that may be given more than once. */
  JsonNode ask(String method, String path, Collection<Map.Entry<String, String>> parameters) {
    return json(request(method, path, parameters, BodyPublishers.noBody()));
  }

  /** The JSON that a request with this body is answered with. */
  JsonNode send(String method, String path, String body) {
    return json(request(method, path, Set.of(), BodyPublishers.ofString(body)));
  }

  /** As {@link #send}; where the service says that too much waits, it is asked again later. */
  JsonNode sendPatiently(String path, Map<String, String> parameters, byte[] body) {
    HttpRequest request =
        request("POST", path, parameters.entrySet(), BodyPublishers.ofByteArray(body));
    while (true) {
      var response = exchange(request);
      try (InputStream in = response.body()) {
        JsonNode answer = JSON.readTree(in);
        if (response.statusCode() == 200) {
          return answer;
        }
        boolean isFull =
            response.statusCode() == 429 && answer.path("type").asText().endsWith(":outbox-full");
        if (!isFull) {
          throw refusal(response.statusCode(), answer);
        }
        Thread.sleep(
            Duration.ofSeconds(response.headers().firstValueAsLong("Retry-After").orElse(1)));
      } catch (JacksonException e) {
        throw noHisSrv();
      } catch (IOException e) {
        throw ServiceException.passing("the answer broke off: " + why(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServiceException("interrupted");
      }
    }
  }

  /** Where the service is. */
  String address() {
    return service.toString();
  }

  /** Copies an answer of any length, as it comes. */
  void copy(String path, Map<String, String> parameters, OutputStream out) {
    HttpHeaders _ = copy(path, parameters.entrySet(), out);
  }

  /** The same, with parameters that may be given more than once; tells the answer's head. */
  HttpHeaders copy(
      String path, Collection<Map.Entry<String, String>> parameters, OutputStream out) {
    var response = exchange(request("GET", path, parameters, BodyPublishers.noBody()));
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw refusal(response.statusCode(), JSON.readTree(body));
      }
      body.transferTo(out);
      out.flush();
      return response.headers();
    } catch (JacksonException e) {
      throw noHisSrv();
    } catch (IOException e) {
      throw ServiceException.passing("the answer broke off: " + why(e));
    }
  }

  /** The head of an answer without its body. */
  HttpHeaders head(String path, Collection<Map.Entry<String, String>> parameters) {
    var response = exchange(request("HEAD", path, parameters, BodyPublishers.noBody()));
    try (InputStream _ = response.body()) {
      if (response.statusCode() != 200) {
        // Why not, only a body tells.
        JsonNode answer = ask("GET", path, parameters);
        throw refusal(response.statusCode(), answer);
      }
      return response.headers();
    } catch (IOException e) {
      throw ServiceException.passing("the answer broke off: " + why(e));
    }
  }

  private JsonNode json(HttpRequest request) {
    var response = exchange(request);
    try (InputStream in = response.body()) {
      JsonNode body = JSON.readTree(in);
      if (response.statusCode() == 200) {
        return body;
      }
      throw refusal(response.statusCode(), body);
    } catch (JacksonException e) {
      throw noHisSrv();
    } catch (IOException e) {
      throw ServiceException.passing("the answer broke off: " + why(e));
    }
  }

  private HttpRequest request(
      String method,
      String path,
      Collection<Map.Entry<String, String>> parameters,
      BodyPublisher body) {
    String query =
        Stream.concat(parameters.stream(), always.entrySet().stream())
            .map(one ->
                URLEncoder.encode(one.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    var request =
        HttpRequest.newBuilder(URI.create(service + path + (query.isEmpty() ? "" : "?" + query)))
            .timeout(PATIENCE)
            .method(method, body);
    if (token != null) {
      try {
        request.header("Authorization", "Bearer " + token);
      } catch (IllegalArgumentException e) {
        throw new ServiceException("the token has characters that no token has");
      }
    }
    return request.build();
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw ServiceException.passing(
          "no HisSrv answers at %s (%s); start it, or say where it is with --url"
              .formatted(service, why(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted");
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private ServiceException refusal(int status, JsonNode problem) {
    String hint = status == 401 ? "; give the right --token or $HISSRV_TOKEN" : "";
    String message =
        "%s answers %d: %s%s"
            .formatted(service, status, problem.path("detail").asText("no reason"), hint);
    return status == 429 || status >= 502
        ? ServiceException.passing(message)
        : new ServiceException(message);
  }

  private ServiceException noHisSrv() {
    return new ServiceException(service + " is no HisSrv: its answer is no JSON");
  }

  private static String why(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static ServiceException badUrl(String url) {
    return new ServiceException("'" + url + "' is no address; --url http://localhost:8082");
  }
}
