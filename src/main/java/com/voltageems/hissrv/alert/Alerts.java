package com.voltageems.hissrv.alert;

import com.voltageems.hissrv.config.AlertConfig;
import com.voltageems.hissrv.config.AlertVariable;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The alerts of a configuration. Asks for the service's numbers whenever it is told to, and never
 * waits for a webhook. Safe for any thread.
 */
public final class Alerts implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final Supplier<Map<AlertVariable, Double>> readings;
  private final InstantSource clock;
  private final Duration firstPause;
  private final Courier.Lookup lookup;
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECTING)
          .build();
  private List<Rule> rules = List.of();

  /**
   * Starts with what is not known yet of any rule.
   *
   * @param readings what is known now: of a count its total so far; what is not known is absent
   */
  public Alerts(
      List<AlertConfig> configs,
      Supplier<Map<AlertVariable, Double>> readings,
      InstantSource clock) {
    this(configs, readings, clock, FIRST_PAUSE, InetAddress::getAllByName);
  }

  /**
   * @param firstPause before a webhook is tried a second time; doubled each time, at most a minute
   * @param lookup what the names of webhooks stand for
   */
  Alerts(
      List<AlertConfig> configs,
      Supplier<Map<AlertVariable, Double>> readings,
      InstantSource clock,
      Duration firstPause,
      Courier.Lookup lookup) {
    this.readings = readings;
    this.clock = clock;
    this.firstPause = firstPause;
    this.lookup = lookup;
    reconfigure(configs);
  }

  /** Brings every rule up to now; to be called every second or so. */
  public void evaluate() {
    if (isEmpty()) {
      return;
    }
    Map<AlertVariable, Double> known = readings.get();
    Instant now = clock.instant();
    synchronized (this) {
      rules.forEach(rule -> rule.evaluate(now, known));
    }
  }

  /**
   * Goes on by other rules. One that is unchanged stays as it is; one that is gone or changed, and
   * fires, says that it is resolved.
   */
  public synchronized void reconfigure(List<AlertConfig> configs) {
    Instant now = clock.instant();
    var next = new ArrayList<Rule>();
    var left = new ArrayList<>(rules);
    for (AlertConfig config : configs) {
      Rule same =
          left.stream().filter(rule -> rule.config().equals(config)).findFirst().orElse(null);
      left.remove(same);
      next.add(same == null ? rule(config) : same);
    }
    left.forEach(rule -> rule.end(now));
    rules = List.copyOf(next);
  }

  /** How each rule is, in the order of the configuration. */
  public synchronized List<AlertState> state() {
    return rules.stream().map(Rule::state).toList();
  }

  /** Ends at once; what was not sent is not sent. */
  @Override
  public synchronized void close() {
    rules.forEach(Rule::stop);
    rules = List.of();
    client.shutdownNow();
  }

  private synchronized boolean isEmpty() {
    return rules.isEmpty();
  }

  private Rule rule(AlertConfig config) {
    var webhook = config.webhook();
    return new Rule(
        config,
        webhook == null ? null : new Courier(config.name(), webhook, client, lookup, firstPause));
  }
}
