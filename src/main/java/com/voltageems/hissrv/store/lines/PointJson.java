package com.voltageems.hissrv.store.lines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A point as one line of JSON, its time in nanoseconds. Integers and truths are JSON's, floats are
 * texts, so that each comes back as the same double, and texts are lists of one.
 */
final class PointJson {
  private static final JsonMapper JSON = new JsonMapper();

  private PointJson() {}

  static String write(
      String measurement,
      SortedMap<String, String> tags,
      Instant time,
      SortedMap<String, FieldValue> fields) {
    var root = JSON.createObjectNode();
    root.put("measurement", measurement);
    var tagNode = root.putObject("tags");
    tags.forEach(tagNode::put);
    root.put("time", LineProtocol.nanos(time));
    var fieldNode = root.putObject("fields");
    fields.forEach((name, value) -> {
      switch (value) {
        case FloatValue(double number) -> fieldNode.put(name, Double.toString(number));
        case IntegerValue(long number) -> fieldNode.put(name, number);
        case BooleanValue(boolean truth) -> fieldNode.put(name, truth);
        case StringValue(String text) -> fieldNode.putArray(name).add(text);
      }
    });
    return root.toString();
  }

  /** Reads what {@link #write} wrote, behind so many characters. */
  static Point read(String line, int from) throws BadLineException {
    try {
      JsonNode root = JSON.readTree(line.substring(from));
      var tags = new TreeMap<String, String>();
      root.path("tags")
          .properties()
          .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
      var fields = new TreeMap<String, FieldValue>();
      for (var field : root.path("fields").properties()) {
        fields.put(field.getKey(), value(field.getValue()));
      }
      return new Point(
          new SeriesKey(root.path("measurement").asText(), tags),
          Precision.NS.toInstant(root.path("time").longValue()),
          fields);
    } catch (JsonProcessingException e) {
      throw new BadLineException(
          from + Math.max(1, e.getLocation().getColumnNr()), e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new BadLineException(from + 1, String.valueOf(e.getMessage()));
    }
  }

  /** Whole numbers are integers, texts hold floats, lists texts. */
  private static FieldValue value(JsonNode value) {
    if (value.isIntegralNumber()) {
      return FieldValue.of(value.longValue());
    }
    if (value.isBoolean()) {
      return FieldValue.of(value.booleanValue());
    }
    return value.isArray()
        ? FieldValue.of(value.path(0).asText())
        : FieldValue.of(Double.parseDouble(value.asText()));
  }
}
