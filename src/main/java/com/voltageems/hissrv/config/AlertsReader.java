package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.AlertConfig.Severity;
import com.voltageems.hissrv.config.AlertConfig.Webhook;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code alerts:} */
final class AlertsReader {
  private static final List<String> KEYS =
      List.of(
          "name",
          "condition",
          "window",
          "for",
          "severity",
          "action",
          "url",
          "template",
          "secret",
          "timeout");

  private static final Pattern PLACE = Pattern.compile("\\{\\{([^}]*)}}");
  private static final List<String> PLACES =
      List.of("name", "status", "severity", "condition", "since", "time");
  private static final String URL = "an http or https URL without user and password";

  private AlertsReader() {}

  static List<AlertConfig> read(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    var names = new HashSet<String>();
    var alerts = new ArrayList<AlertConfig>();
    for (Value row : value.items("a list of rows with name, condition and action")) {
      alert(row, names).ifPresent(alerts::add);
    }
    return alerts;
  }

  private static Optional<AlertConfig> alert(Value row, Set<String> names) {
    var section = Section.of(row, KEYS);
    Optional<String> name = section.requiredText("name", "a name");
    if (name.isPresent() && !names.add(name.get())) {
      row.problem("alert \"" + name.get() + "\" is given twice");
    }
    Optional<AlertCondition> condition =
        section.require("condition").flatMap(AlertsReader::condition);
    Duration window =
        section.duration(
            "window", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofDays(1));
    Duration holds = section.duration("for", Duration.ZERO, Duration.ZERO, Duration.ofDays(1));
    Severity severity =
        Severity.valueOf(
            section
                .get("severity")
                .flatMap(v -> v.word(List.of("info", "warning", "critical")))
                .orElse("warning")
                .toUpperCase(Locale.ROOT));
    String action =
        section.require("action").flatMap(v -> v.word(List.of("webhook", "log"))).orElse("webhook");
    Optional<Webhook> webhook = action.equals("log") ? refuseWebhook(section) : webhook(section);
    if (name.isEmpty() || condition.isEmpty() || (action.equals("webhook") && webhook.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        new AlertConfig(
            name.get(), condition.get(), window, holds, severity, webhook.orElse(null)));
  }

  private static Optional<AlertCondition> condition(Value value) {
    try {
      return Section.notBlank(value, "a condition such as \"failed_count > 100\"")
          .map(AlertCondition::of);
    } catch (IllegalArgumentException e) {
      value.problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<Webhook> refuseWebhook(Section section) {
    for (String key : List.of("url", "template", "secret", "timeout")) {
      section.get(key).ifPresent(v -> v.problem("is of action webhook, not of log"));
    }
    return Optional.empty();
  }

  private static Optional<Webhook> webhook(Section section) {
    Optional<URI> url = section.require("url").flatMap(AlertsReader::url);
    Optional<Value> template = section.get("template");
    Optional<String> body = template.flatMap(v -> Section.notBlank(v, "a text"));
    body.ifPresent(text ->
        PLACE
            .matcher(text)
            .results()
            .map(found -> found.group(1).strip())
            .filter(place -> !PLACES.contains(place))
            .forEach(place ->
                template
                    .get()
                    .problem(
                        "unknown {{" + place + "}}, allowed are " + String.join(", ", PLACES))));
    Optional<String> secret = section.get("secret").flatMap(AlertsReader::secret);
    Duration timeout =
        section.duration(
            "timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1));
    return url.map(to -> new Webhook(to, body.orElse(null), secret.orElse(null), timeout));
  }

  private static Optional<String> secret(Value value) {
    if (!value.isNull() && !value.isList() && !value.isMapping()) {
      Optional<String> text = value.text("a text");
      if (text.isPresent() && text.get().isBlank()) {
        value.problem("is empty");
        return Optional.empty();
      }
      return text;
    }
    value.problem("allowed is a text");
    return Optional.empty();
  }

  /** Never shows what is written: it may be a secret. */
  private static Optional<URI> url(Value value) {
    Optional<URI> url =
        value
            .text(URL)
            .flatMap(text -> {
              try {
                return Optional.of(URI.create(text.strip()));
              } catch (IllegalArgumentException e) {
                return Optional.empty();
              }
            })
            .filter(uri -> "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            .filter(uri -> uri.getHost() != null && uri.getRawUserInfo() == null);
    if (url.isEmpty() && !value.isNull() && !value.isList() && !value.isMapping()) {
      value.problem("allowed is " + URL);
    }
    if (url.isPresent() && LinkLocal.is(url.get().getHost())) {
      value.problem("is a link-local address: what answers there gives machines their secrets");
      return Optional.empty();
    }
    return url;
  }
}
