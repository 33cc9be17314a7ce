package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's JSON, as it is meant: no key twice, nothing behind it. */
final class JsonBody {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private JsonBody() {}

  /**
   * @throws ProblemException 400 when it is no JSON object
   */
  static Map<String, @Nullable Object> object(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (!json.isObject()) {
        throw bad("it is no JSON object");
      }
      return JSON.convertValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw bad("it is no JSON: " + withoutToken(e));
    } catch (IOException e) {
      throw bad("it can't be read: " + e.getMessage());
    }
  }

  /** What was mistyped may have been a secret. */
  private static String withoutToken(JsonProcessingException e) {
    String message =
        e.getOriginalMessage().replaceFirst("(?s)Unrecognized token '.*?':", "a word that");
    JsonLocation at = e.getLocation();
    return at == null
        ? message
        : message + " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static ProblemException bad(String why) {
    return new ProblemException(
        Problem.of(400, "bad-body", "The body can't be used", "A JSON object is needed: " + why));
  }
}
