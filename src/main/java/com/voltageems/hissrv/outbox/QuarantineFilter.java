package com.voltageems.hissrv.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of what is in quarantine is meant: what matches all that is given.
 *
 * @param reason occurs in the reason, in upper or lower case
 * @param measurement is that of the point, or of the document; an archive that never became a point
 *     has none
 * @param entry occurs in the queue entry
 */
public record QuarantineFilter(
    @Nullable String reason, @Nullable String measurement, @Nullable String entry) {
  /** Everything. */
  public static final QuarantineFilter ALL = new QuarantineFilter(null, null, null);

  private static final JsonMapper JSON = new JsonMapper();

  /** The condition on a row, with a mark for each of {@link #values}. */
  String condition() {
    var conditions = new ArrayList<String>();
    conditions.add("TRUE");
    if (reason != null) {
      conditions.add("instr(lower(reason), ?) > 0");
    }
    if (measurement != null) {
      conditions.add(
          "CASE WHEN point IS NOT NULL THEN substr(point, 1, ?) = ?"
              + " WHEN json_valid(content) THEN json_extract(content, '$.measurement') = ?"
              + " ELSE FALSE END");
    }
    if (entry != null) {
      conditions.add("instr(entry, ?) > 0");
    }
    return String.join(" AND ", conditions);
  }

  List<Object> values() {
    var values = new ArrayList<Object>();
    if (reason != null) {
      values.add(reason.toLowerCase(Locale.ROOT));
    }
    if (measurement != null) {
      byte[] start = PointCodec.startOf(measurement);
      values.add(start.length);
      values.add(start);
      values.add(measurement);
    }
    if (entry != null) {
      values.add(entry);
    }
    return values;
  }

  /** The same of an item. */
  public boolean matches(Quarantined item) {
    return (reason == null
            || item.reason().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT)))
        && (entry == null || item.entry().contains(entry))
        && (measurement == null || measurement.equals(measurementOf(item)));
  }

  private static @Nullable String measurementOf(Quarantined item) {
    Point point = item.point();
    String content = item.content();
    if (point != null) {
      return point.series().measurement();
    }
    if (content == null) {
      return null;
    }
    try {
      JsonNode named = JSON.readTree(content).get("measurement");
      return named == null ? null : named.textValue();
    } catch (JsonProcessingException _) {
      return null;
    }
  }
}
