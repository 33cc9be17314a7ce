package com.voltageems.hissrv.alert;

import com.voltageems.hissrv.config.AlertConfig.Webhook;
import com.voltageems.hissrv.config.LinkLocal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the messages of one rule to its webhook, in order, on a thread of its own: nobody waits
 * for it. What fails is tried again, ever more rarely.
 */
final class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final int MOST_WAITING = 100;
  private static final int LAST_ATTEMPTS = 5;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final String rule;
  private final Webhook webhook;
  private final HttpClient client;
  private final Lookup lookup;
  private final Duration firstPause;
  private final ArrayDeque<Message> waiting = new ArrayDeque<>();
  private final Thread thread;
  private long dropped;
  private boolean finishing;
  private @Nullable String lastError;

  /** What a name stands for. */
  interface Lookup {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  Courier(String rule, Webhook webhook, HttpClient client, Lookup lookup, Duration firstPause) {
    this.rule = rule;
    this.webhook = webhook;
    this.client = client;
    this.lookup = lookup;
    this.firstPause = firstPause;
    thread = Thread.ofVirtual().name("alert " + rule).start(this::run);
  }

  /** Never waits; when too many wait the oldest is given up. */
  synchronized void send(Message message) {
    if (waiting.size() >= MOST_WAITING) {
      waiting.removeFirst();
      dropped++;
      LOG.warn("alert {}: too many messages wait for the webhook, the oldest is given up", rule);
    }
    waiting.addLast(message);
    notifyAll();
  }

  /** There is nothing more to send: ends when what waits is sent, or has failed a few times. */
  synchronized void finish() {
    finishing = true;
    notifyAll();
  }

  /** Ends now. */
  void stop() {
    thread.interrupt();
  }

  synchronized int undelivered() {
    return waiting.size();
  }

  synchronized long dropped() {
    return dropped;
  }

  synchronized @Nullable String lastError() {
    return lastError;
  }

  private void run() {
    try {
      Message message = next();
      while (message != null) {
        deliver(message);
        message = next();
      }
    } catch (InterruptedException e) {
      LOG.debug("alert {}: stopped with {} messages unsent", rule, undelivered(), e);
    }
  }

  private synchronized @Nullable Message next() throws InterruptedException {
    while (waiting.isEmpty() && !finishing) {
      wait();
    }
    return waiting.peekFirst();
  }

  private void deliver(Message message) throws InterruptedException {
    Duration pause = firstPause;
    for (int attempt = 1; !attempt(message); attempt++) {
      synchronized (this) {
        if (finishing && attempt >= LAST_ATTEMPTS) {
          break;
        }
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
    synchronized (this) {
      waiting.remove(message);
    }
  }

  /** Whether that was the last: delivered, or refused for good. */
  private boolean attempt(Message message) throws InterruptedException {
    try {
      if (leadsToSecrets()) {
        note(
            "the webhook's host is a link-local address, where machines get their secrets: given up");
        return true;
      }
      int status = status(message);
      boolean taken = status >= 200 && status < 300;
      boolean later = status >= 500 || status == 408 || status == 425 || status == 429;
      note(taken ? null : "the webhook answered " + status + (later ? "" : ": given up"));
      return !later;
    } catch (ExecutionException | TimeoutException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      note("the webhook can't be reached: " + why.getClass().getSimpleName());
      return false;
    }
  }

  /**
   * A name is looked up for each attempt, and the JDK connects to what it has just looked up: it
   * keeps that for some seconds, longer than somebody's DNS wants it to.
   */
  private boolean leadsToSecrets()
      throws ExecutionException, TimeoutException, InterruptedException {
    var found = new CompletableFuture<InetAddress[]>();
    Thread looking =
        Thread.startVirtualThread(() -> {
          try {
            found.complete(lookup.of(webhook.url().getHost()));
          } catch (UnknownHostException e) {
            found.completeExceptionally(e);
          }
        });
    try {
      InetAddress[] all = found.get(webhook.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return Arrays.stream(all).anyMatch(LinkLocal::is);
    } finally {
      looking.interrupt();
    }
  }

  /** The JDK's own time-out ends with the answer's headers; this one holds for all of it. */
  private int status(Message message)
      throws ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request(message), HttpResponse.BodyHandlers.discarding());
    try {
      return answer.get(webhook.timeout().toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } finally {
      boolean _ = answer.cancel(true);
    }
  }

  private HttpRequest request(Message message) {
    var request =
        HttpRequest.newBuilder(webhook.url())
            .header("Content-Type", "application/json")
            .header("User-Agent", "HisSrv")
            .header("X-HisSrv-Delivery", message.id())
            .POST(HttpRequest.BodyPublishers.ofString(message.body()));
    String secret = webhook.secret();
    if (secret != null) {
      request.header("X-HisSrv-Signature", "sha256=" + signature(secret, message.body()));
    }
    return request.build();
  }

  private synchronized void note(@Nullable String error) {
    if (error != null && !error.equals(lastError)) {
      LOG.warn("alert {}: {}", rule, error);
    }
    lastError = error;
  }

  private static String signature(String secret, String body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
