package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code PUT /quarantine/{id}} asks for: one of the two, and which state of the item it was
 * made from.
 *
 * @param point a point, as a document
 * @param content of an archive or a document
 * @param revision null for whatever it is now
 */
record Repair(@Nullable String point, @Nullable String content, @Nullable Long revision) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** What comes with an item and may come back with it; only the first three mean something. */
  private static final List<String> KNOWN =
      List.of("point", "content", "revision", "id", "at", "kind", "reason", "entry");

  /**
   * @throws ProblemException 400
   */
  static Repair parse(byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw bad("it is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw bad("it can't be read: " + e.getMessage());
    }
    if (!json.isObject()) {
      throw bad("it is no JSON object");
    }
    var unknown = new TreeSet<String>();
    json.fieldNames().forEachRemaining(unknown::add);
    Set.copyOf(KNOWN).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw bad("it has '" + Text.shown(unknown.getFirst()) + "'");
    }
    JsonNode point = json.get("point");
    JsonNode content = json.get("content");
    JsonNode revision = json.get("revision");
    if (point == null && content == null) {
      throw bad("it has neither");
    }
    if (revision != null && !revision.canConvertToLong()) {
      throw bad("'revision' is no whole number");
    }
    return new Repair(
        point == null ? null : point.toString(),
        content == null ? null : content.isTextual() ? content.textValue() : content.toString(),
        revision == null ? null : revision.longValue());
  }

  private static ProblemException bad(String why) {
    String expected =
        "{\"point\": {…}} or {\"content\": …}, perhaps with \"revision\", as GET gives it";
    return new ProblemException(
        Problem.of(
                400,
                "bad-body",
                "The body is not usable",
                "The body must be " + expected + "; " + why + ".")
            .with("expected", expected));
  }
}
