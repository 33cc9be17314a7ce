package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Quarantined;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What is in quarantine, in JSON's own types. A point is written as a document is. */
final class QuarantineJson {
  private QuarantineJson() {}

  /** What tells it from others, for a list. */
  static Map<String, Object> line(Quarantined item) {
    Map<String, Object> line = head(item, Text.shown(item.entry()));
    Point point = item.point();
    if (point != null) {
      line.put("measurement", point.series().measurement());
      line.put("timestamp", point.time().toString());
    }
    return line;
  }

  /** All of it. */
  static Map<String, Object> whole(Quarantined item) {
    Map<String, Object> whole = head(item, item.entry());
    if (item.point() != null) {
      whole.put("point", point(item.point()));
    }
    if (item.content() != null) {
      whole.put("content", item.content());
    }
    return whole;
  }

  private static Map<String, Object> head(Quarantined item, String entry) {
    var head = new LinkedHashMap<String, Object>();
    head.put("id", item.id());
    head.put("at", item.at().toString());
    head.put("kind", item.point() == null ? "entry" : "point");
    head.put("revision", item.revision());
    head.put("reason", item.reason());
    head.put("entry", entry);
    return head;
  }

  private static Map<String, Object> point(Point point) {
    var json = new LinkedHashMap<String, Object>();
    json.put("timestamp", point.time().toString());
    json.put("measurement", point.series().measurement());
    json.put("tags", point.series().tags());
    var fields = new TreeMap<String, Object>();
    point.fields().forEach((name, value) -> fields.put(name, value(value)));
    json.put("fields", fields);
    return json;
  }

  /** A plain number is a float wherever JSON is read, so an integer says that it is one. */
  private static Object value(FieldValue value) {
    return switch (value) {
      case FieldValue.FloatValue one -> one.value();
      case FieldValue.IntegerValue one -> Map.of("type", "integer", "value", one.value());
      case FieldValue.BooleanValue one -> one.value();
      case FieldValue.StringValue one -> one.value();
    };
  }
}
