package com.voltageems.hissrv.store.influx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.Secrets;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a refusal means for whoever asked. The server's own words go along. */
final class Verdict {
  private static final int MOST_WORDS = 500;
  private static final JsonMapper JSON = new JsonMapper();

  /** What a server or a proxy may repeat of what it was sent, and we don't. */
  private final List<String> secrets;

  Verdict(List<String> secrets) {
    this.secrets = secrets.stream().filter(secret -> !secret.isEmpty()).toList();
  }

  StoreException onWrite(HttpResponse<String> answer) {
    int status = answer.statusCode();
    String said = message(status, answer.body());
    return switch (status) {
      case 400, 422 ->
          StoreException.refused(blamesPoints(said) ? Kind.BAD_POINTS : Kind.REFUSED, shown(said));
      case 413 -> StoreException.refused(Kind.TOO_LARGE, shown(said));
      default -> onAny(status, answer.headers(), said);
    };
  }

  StoreException onQuery(int status, HttpHeaders headers, String body) {
    return onAny(status, headers, message(status, body));
  }

  /** openGemini's answer to a question about a measurement that InfluxDB has no rows of. */
  static boolean isNothingThere(String said) {
    return said.startsWith("measurement not found");
  }

  /** A statement failed inside an answer with status 200. */
  StoreException onStatement(String said) {
    return said.contains("not found")
        ? StoreException.fatal("InfluxDB: " + shown(brief(said)), null)
        : StoreException.retryable("InfluxDB: " + shown(brief(said)), null);
  }

  static String words(@Nullable Throwable cause) {
    if (cause == null) {
      return "no reason given";
    }
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + brief(message);
  }

  private StoreException onAny(int status, HttpHeaders headers, String said) {
    if (status == 429 || status == 503) {
      return StoreException.busy(shown(said), retryAfter(headers));
    }
    // On 1.x a missing retention policy is a 500; it and the rest, a missing bucket or database
    // (404) included, is a person's to mend.
    boolean mayPass = status == 408 || status >= 500;
    return mayPass && !said.contains("retention policy not found")
        ? StoreException.retryable(shown(said), null)
        : StoreException.fatal(shown(said), null);
  }

  private String shown(String said) {
    String shown = said;
    for (String secret : secrets) {
      shown = shown.replace(secret, Secrets.MASK);
    }
    return shown;
  }

  /** A type conflict names the first point of perhaps many, a retention none: no line is sure. */
  private static boolean blamesPoints(String said) {
    return said.contains("partial write")
        || said.contains("field type conflict")
        || said.contains("unable to parse")
        || said.contains("retention policy dropped")
        || said.contains("outside retention");
  }

  /** Seconds, or a date, which is held against the server's own clock. */
  static Duration retryAfter(HttpHeaders headers) {
    String asked = headers.firstValue("Retry-After").orElse("");
    if (asked.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(asked));
    }
    try {
      Instant now = date(headers.firstValue("Date").orElse(""));
      Duration left = Duration.between(now, date(asked));
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException | ArithmeticException _) {
      return Duration.ZERO;
    }
  }

  private static Instant date(String header) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from);
  }

  private static String message(int status, String body) {
    String said = brief(errorIn(body));
    return "InfluxDB answered " + status + (said.isEmpty() ? "" : ": " + said);
  }

  /** 1.x says {@code error}, 2.x {@code message}, a proxy anything. */
  private static String errorIn(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      for (String name : new String[] {"error", "message"}) {
        if (json.path(name).isTextual()) {
          return json.path(name).asText();
        }
      }
      return body;
    } catch (JsonProcessingException _) {
      return body;
    }
  }

  private static String brief(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_WORDS ? line : line.substring(0, MOST_WORDS) + "…";
  }
}
