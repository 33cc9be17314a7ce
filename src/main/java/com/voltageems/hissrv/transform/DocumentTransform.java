package com.voltageems.hissrv.transform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents that others push become points: {@code {"timestamp":…, "measurement":"…",
 * "tags":{…}, "fields":{…}}}. Every JSON number is a float, with or without a decimal point; an
 * integer is written <code>{"type":"integer", "value":60}</code>.
 */
public final class DocumentTransform {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Transforms one document. */
  public Transformed transform(String text) {
    try {
      JsonNode document = JSON.readTree(text);
      verifyUnicode(text, document);
      if (document == null || !document.isObject()) {
        return new Transformed.Refused("not a JSON object");
      }
      String measurement = requiredText(document, "measurement");
      Instant time = time(document.get("timestamp"));
      var unusable = new ArrayList<String>();
      var series = SeriesKey.of(measurement, tags(document.get("tags")));
      var fields = fields(document.get("fields"), measurement, unusable);
      return new Transformed.Mapped(
          List.of(new Point(series, time, fields)), Map.of(), List.of(), unusable);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where = at == null ? "" : " at column " + at.getColumnNr();
      return new Transformed.Refused("malformed JSON" + where + ": " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return new Transformed.Refused(String.valueOf(e.getMessage()));
    }
  }

  /** An escape can name half a character, which no store takes and UTF-8 can't write. */
  private static void verifyUnicode(String text, @Nullable JsonNode document) {
    boolean escapes = text.contains("\\u");
    if (escapes
        && document != null
        && !StandardCharsets.UTF_16.newEncoder().canEncode(document.toString())) {
      throw new IllegalArgumentException("a text is not Unicode: it has half a surrogate pair");
    }
  }

  private static String requiredText(JsonNode document, String name) {
    JsonNode node = document.get(name);
    if (node == null || !node.isTextual() || node.textValue().isEmpty()) {
      throw new IllegalArgumentException(
          "'" + name + "' must be a text that is not empty, found " + shown(node));
    }
    return node.textValue();
  }

  private static Instant time(@Nullable JsonNode node) {
    if (node != null && node.isNumber()) {
      return Timestamps.ofEpoch(node.decimalValue());
    }
    if (node != null && node.isTextual()) {
      return Timestamps.parse(node.textValue());
    }
    throw new IllegalArgumentException(
        "'timestamp' must be epoch seconds, epoch milliseconds or RFC 3339, found " + shown(node));
  }

  private static SortedMap<String, String> tags(@Nullable JsonNode node) {
    var tags = new TreeMap<String, String>();
    if (node == null || node.isNull()) {
      return tags;
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("'tags' must be an object, found " + shown(node));
    }
    for (var entry : node.properties()) {
      JsonNode value = entry.getValue();
      if (value.isContainerNode()) {
        throw new IllegalArgumentException(
            "tag '" + entry.getKey() + "' must be a text, found " + shown(value));
      }
      if (!value.isNull() && !value.asText().isEmpty()) {
        tags.put(entry.getKey(), value.asText());
      }
    }
    return tags;
  }

  private static SortedMap<String, FieldValue> fields(
      @Nullable JsonNode node, String measurement, List<String> unusable) {
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException("'fields' must be an object, found " + shown(node));
    }
    var fields = new TreeMap<String, FieldValue>();
    for (var entry : node.properties()) {
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        unusable.add(measurement + "/" + entry.getKey() + "=null");
      } else {
        fields.put(entry.getKey(), fieldValue(entry.getKey(), value));
      }
    }
    return fields;
  }

  private static FieldValue fieldValue(String name, JsonNode value) {
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return FieldValue.of(value.doubleValue());
    }
    if (value.isBoolean()) {
      return FieldValue.of(value.booleanValue());
    }
    if (value.isTextual()) {
      return FieldValue.of(value.textValue());
    }
    if (value.path("type").asText().equals("integer") && value.path("value").canConvertToLong()) {
      return integer(name, value.path("value"));
    }
    throw new IllegalArgumentException(
        "field '" + name + "' must be a finite number, a boolean or a text, found " + shown(value));
  }

  private static FieldValue integer(String name, JsonNode value) {
    try {
      return FieldValue.of(value.decimalValue().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "field '" + name + "' must be an integer of 64 bits, found " + shown(value), e);
    }
  }

  private static String shown(@Nullable JsonNode node) {
    if (node == null) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
