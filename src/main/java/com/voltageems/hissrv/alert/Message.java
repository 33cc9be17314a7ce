package com.voltageems.hissrv.alert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.AlertConfig;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a rule: the same bytes at each attempt.
 *
 * @param id of the message, so that a receiver can know it again
 */
record Message(String id, String status, String body) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  static Message of(
      AlertConfig rule,
      String status,
      Instant since,
      Instant now,
      Map<String, Double> values,
      @Nullable String template) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("name", rule.name());
    facts.put("status", status);
    facts.put("severity", rule.severity().name().toLowerCase(Locale.ROOT));
    facts.put("condition", rule.condition().toString());
    facts.put("since", since.toString());
    facts.put("time", now.toString());
    String body;
    if (template == null) {
      facts.put("values", values);
      body = JSON.valueToTree(facts).toString();
    } else {
      body =
          PLACE
              .matcher(template)
              .replaceAll(place ->
                  Matcher.quoteReplacement(escaped(facts.getOrDefault(place.group(1), ""))));
    }
    return new Message(UUID.randomUUID().toString(), status, body);
  }

  /** For between the quotes of a JSON string. */
  private static String escaped(Object value) {
    String quoted = JSON.getNodeFactory().textNode(value.toString()).toString();
    return quoted.substring(1, quoted.length() - 1);
  }
}
