package com.voltageems.hissrv.alert;

import com.voltageems.hissrv.alert.AlertState.Status;
import com.voltageems.hissrv.config.AlertConfig;
import com.voltageems.hissrv.config.AlertVariable;
import com.voltageems.hissrv.config.AlertVariable.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One rule and how it is. Not safe for threads. */
final class Rule {
  private static final Logger LOG = LoggerFactory.getLogger(Rule.class);

  private final AlertConfig config;
  private final @Nullable Courier courier;
  private final Map<AlertVariable, Growth> growths = new EnumMap<>(AlertVariable.class);
  private Status status = Status.UNKNOWN;
  private @Nullable Instant since;
  private List<String> unknown = List.of();
  private Map<AlertVariable, Double> values = Map.of();

  Rule(AlertConfig config, @Nullable Courier courier) {
    this.config = config;
    this.courier = courier;
  }

  AlertConfig config() {
    return config;
  }

  /** A rule that fires goes on firing while it can't be told whether it still should. */
  void evaluate(Instant now, Map<AlertVariable, Double> readings) {
    values = new EnumMap<>(AlertVariable.class);
    var missing = new ArrayList<String>();
    for (AlertVariable variable : config.condition().variables().stream().sorted().toList()) {
      Double read = readings.get(variable.read());
      if (read == null) {
        missing.add(variable.written());
      } else {
        values.put(variable, value(variable, now, read));
      }
    }
    Optional<Boolean> holds =
        missing.isEmpty() ? config.condition().holds(values) : Optional.empty();
    if (holds.isEmpty() && missing.isEmpty()) {
      missing.add("condition");
    }
    unknown = missing;
    if (holds.isPresent()) {
      move(holds.get(), now);
    } else if (status != Status.FIRING) {
      become(Status.UNKNOWN, now);
    }
  }

  private double value(AlertVariable variable, Instant now, double read) {
    if (variable.kind() == Kind.NOW) {
      return read;
    }
    double growth =
        growths.computeIfAbsent(variable, v -> new Growth(config.window())).upTo(now, read);
    return variable.kind() == Kind.COUNT ? growth : growth / config.window().toSeconds();
  }

  private void move(boolean holds, Instant now) {
    if (!holds) {
      resolve(now);
      become(Status.OK, now);
    } else if (status != Status.FIRING) {
      become(Status.PENDING, now);
      if (since != null && !now.isBefore(since.plus(config.holds()))) {
        become(Status.FIRING, now);
        tell("firing", now, now);
      }
    }
  }

  /** Says that it is over, when it was told that it is not. */
  void resolve(Instant now) {
    if (status == Status.FIRING && since != null) {
      tell("resolved", since, now);
    }
  }

  /** No more will come of it. */
  void end(Instant now) {
    resolve(now);
    if (courier != null) {
      courier.finish();
    }
  }

  void stop() {
    if (courier != null) {
      courier.stop();
    }
  }

  AlertState state() {
    return new AlertState(
        config.name(),
        config.severity(),
        status,
        since,
        unknown,
        courier == null ? 0 : courier.undelivered(),
        courier == null ? 0 : courier.dropped(),
        courier == null ? null : courier.lastError());
  }

  private void become(Status next, Instant now) {
    if (status != next || since == null) {
      status = next;
      since = now;
    }
  }

  private void tell(String what, Instant from, Instant now) {
    var shown = new TreeMap<String, Double>();
    values.forEach((variable, value) -> shown.put(variable.written(), value));
    String log = "alert {} is {} ({}): {}, with {}";
    if (what.equals("resolved")) {
      LOG.info(log, config.name(), what, config.severity(), config.condition(), shown);
    } else {
      LOG.warn(log, config.name(), what, config.severity(), config.condition(), shown);
    }
    var webhook = config.webhook();
    if (courier != null && webhook != null) {
      courier.send(Message.of(config, what, from, now, shown, webhook.template()));
    }
  }
}
