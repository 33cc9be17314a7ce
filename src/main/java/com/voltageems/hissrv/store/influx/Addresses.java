package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a database is to be had. Of several addresses the first that is well serves all requests.
 * One that can't be reached, does not answer in time or answers 5xx is left for the next, and
 * serves again once it answers a ping. With a single address nothing is ever left. Safe for any
 * thread.
 *
 * <p>The JDK's own time-out ends with an answer's headers; the one here holds for a text's end.
 */
final class Addresses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);
  private static final Duration PING = Duration.ofSeconds(2);
  private static final int SERVER_ERROR = 500;

  private final InfluxConfig config;
  private final List<Address> all;
  private volatile Address serving;
  private @Nullable HttpClient client;

  Addresses(InfluxConfig config) {
    this.config = config;
    all = config.urls().stream().map(Address::new).toList();
    serving = all.getFirst();
  }

  /** The address that answered last. */
  URI serving() {
    return serving.url();
  }

  List<AddressState> states() {
    return all.stream()
        .map(one -> new AddressState(one.url(), one == serving, one.trouble()))
        .toList();
  }

  /**
   * What the first address answers that is well; of the last one, where none is, whatever it is.
   *
   * @param request all but the address
   * @param target path and query
   * @param timeout for the end of a text, for the beginning of a stream
   * @throws StoreException when there is no answer
   */
  <T> HttpResponse<T> send(
      HttpRequest.Builder request, String target, BodyHandler<T> body, Duration timeout) {
    look();
    Iterator<Address> turns = inTurn().iterator();
    while (true) {
      Address address = turns.next();
      boolean isLast = !turns.hasNext();
      HttpRequest whole = request.uri(URI.create(address.url() + target)).build();
      CompletableFuture<HttpResponse<T>> asked = client().sendAsync(whole, body);
      try {
        HttpResponse<T> answer = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (answer.statusCode() < SERVER_ERROR) {
          serves(address);
          return answer;
        }
        String why = "it answered " + answer.statusCode();
        left(address, why, Verdict.retryAfter(answer.headers()));
        if (isLast) {
          return answer;
        }
        letGo(answer);
      } catch (TimeoutException e) {
        boolean _ = asked.cancel(true);
        String why = "InfluxDB did not answer within " + timeout.toMillis() + " ms";
        boolean hadItsTime = timeout.compareTo(config.timeout()) >= 0;
        if (hadItsTime) {
          left(address, why, Duration.ZERO);
        }
        if (isLast || !hadItsTime) {
          throw StoreException.retryable(why, e);
        }
      } catch (InterruptedException e) {
        boolean _ = asked.cancel(true);
        Thread.currentThread().interrupt();
        throw StoreException.retryable("interrupted", e);
      } catch (ExecutionException e) {
        String why = Verdict.words(e.getCause());
        left(address, why, Duration.ZERO);
        if (isLast) {
          throw StoreException.retryable(
              "no answer from InfluxDB at " + address.url() + ": " + why, e);
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }

  /** Those that are well before those that are not; without those that asked to be left alone. */
  private List<Address> inTurn() {
    if (all.size() == 1) {
      return all;
    }
    var turns = new ArrayList<Address>();
    all.stream().filter(one -> one.trouble() == null).forEach(turns::add);
    all.stream()
        .filter(one -> one.trouble() != null && one.waitsFor().isZero())
        .forEach(turns::add);
    if (turns.isEmpty()) {
      Duration soonest = all.stream().map(Address::waitsFor).min(Duration::compareTo).orElseThrow();
      throw StoreException.busy("InfluxDB asked to wait, at each of its addresses", soonest);
    }
    return turns;
  }

  private void serves(Address address) {
    address.isWell();
    if (serving != address) {
      serving = address;
      LOG.info("InfluxDB is served at {}", address.url());
    }
  }

  private void left(Address address, String why, Duration asked) {
    if (all.size() == 1) {
      return;
    }
    if (address.trouble() == null) {
      LOG.warn("InfluxDB at {} is left for another address: {}", address.url(), why);
    }
    address.failed(why, asked);
  }

  /** Beside what is asked: nobody waits for one that hangs. */
  private void look() {
    for (Address address : all) {
      if (address.looksDue()) {
        Thread _ = Thread.startVirtualThread(() -> ping(address));
      }
    }
  }

  private void ping(Address address) {
    var request =
        HttpRequest.newBuilder(URI.create(address.url() + "/ping")).timeout(PING).GET().build();
    try {
      int status = client().send(request, BodyHandlers.discarding()).statusCode();
      if (status < SERVER_ERROR) {
        address.isWell();
      } else {
        address.failed("it answered " + status, Duration.ZERO);
      }
    } catch (IOException | StoreException e) {
      address.failed(Verdict.words(e), Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void letGo(HttpResponse<?> answer) {
    if (answer.body() instanceof Closeable stream) {
      try {
        stream.close();
      } catch (IOException e) {
        LOG.debug("an answer that nobody reads", e);
      }
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
}
