package com.voltageems.hissrv.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.voltageems.hissrv.model.Point;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is set aside, and what comes back from there, as texts that Redis keeps. */
public final class QuarantineText {
  private static final JsonMapper JSON = new JsonMapper();

  /** So begins a queue entry of points that come back. */
  private static final String REPLAYED = "replayed:";

  private QuarantineText() {}

  /**
   * Points that come back.
   *
   * @param entry the queue entry that they came from at first
   */
  public record Replayed(String entry, List<Point> points) {}

  /** An item without its id: the revision, a blank, the rest as JSON. */
  public static String of(Quarantined item) {
    ObjectNode json = JSON.createObjectNode();
    json.put("at", item.at().toEpochMilli());
    json.put("entry", item.entry());
    json.put("reason", item.reason());
    if (item.content() != null) {
      json.put("content", item.content());
    }
    if (item.point() != null) {
      json.put("point", PointCodec.encode(item.point()));
    }
    return item.revision() + " " + json;
  }

  /** Reads it. What somebody else has spoilt is shown as what there is of it. */
  public static Quarantined read(long id, String text) {
    int blank = text.indexOf(' ');
    try {
      JsonNode json = JSON.readTree(text.substring(blank + 1));
      return new Quarantined(
          id,
          Instant.ofEpochMilli(json.path("at").asLong()),
          json.required("entry").textValue(),
          json.path("content").textValue(),
          json.has("point") ? point(json.get("point").textValue()) : null,
          json.required("reason").textValue(),
          Long.parseLong(text.substring(0, Math.max(0, blank))));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      return new Quarantined(id, Instant.EPOCH, "", text, null, "can't be read in Redis: " + e, 0);
    }
  }

  /** A queue entry that is these points, as they are. */
  public static String replayed(String entry, List<Point> points) {
    ObjectNode json = JSON.createObjectNode();
    json.put("entry", entry);
    var all = json.putArray("points");
    points.forEach(point -> all.add(PointCodec.encode(point)));
    return REPLAYED + json;
  }

  /** Reads a queue entry; empty when it is another one. */
  public static Optional<Replayed> replayed(String text) {
    if (!text.startsWith(REPLAYED)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(text.substring(REPLAYED.length()));
      var points = new ArrayList<Point>();
      for (JsonNode one : json.required("points")) {
        points.add(point(one.textValue()));
      }
      return Optional.of(new Replayed(json.required("entry").textValue(), points));
    } catch (JsonProcessingException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Point point(@Nullable String text) {
    return PointCodec.decode(Base64.getDecoder().decode(String.valueOf(text)));
  }
}
