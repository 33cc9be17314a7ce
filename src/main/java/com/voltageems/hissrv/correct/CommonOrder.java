package com.voltageems.hissrv.correct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.PointText;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.transform.Amendments.Correction;
import com.voltageems.hissrv.transform.Amendments.Deletion;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An order that all instances carry out.
 *
 * @param corrected points that were written by hand, with the fields that were
 */
record CommonOrder(List<Deletion> deletions, List<Point> corrected) {
  private static final JsonMapper JSON = new JsonMapper();

  CommonOrder {
    deletions = List.copyOf(deletions);
    corrected = List.copyOf(corrected);
  }

  /** What of a point that was there before still counts; empty for nothing. */
  Optional<Point> left(Point point) {
    if (deletions.stream().anyMatch(one -> one.covers(point))) {
      return Optional.empty();
    }
    var fields = new TreeMap<>(point.fields());
    var gone = new HashSet<String>();
    for (Point one : corrected) {
      if (one.time().equals(point.time()) && one.series().equals(point.series())) {
        gone.addAll(one.fields().keySet());
      }
    }
    fields.keySet().removeAll(gone);
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new Point(point.series(), point.time(), fields));
  }

  List<Correction> corrections() {
    return corrected.stream()
        .map(one -> new Correction(one.series(), one.time(), one.fields().keySet()))
        .toList();
  }

  /** The rows that a store must not have. */
  List<SeriesQuery> rows() {
    return deletions.stream()
        .map(one -> new SeriesQuery(one.measurement(), one.tags(), one.level(), one.rows()))
        .toList();
  }

  String text() {
    var given = new ArrayList<Map<String, Object>>();
    deletions.forEach(one ->
        given.add(
            Map.of(
                "measurement", one.measurement(),
                "tags", one.tags(),
                "level", one.level().name(),
                "start", one.rows().start().toString(),
                "stop", one.rows().stop().toString())));
    try {
      return JSON.writeValueAsString(
          Map.of("deletions", given, "corrected", corrected.stream().map(PointText::of).toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and texts are always JSON", e);
    }
  }

  /**
   * @throws IllegalArgumentException when the text is none
   */
  static CommonOrder parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      var deletions = new ArrayList<Deletion>();
      for (JsonNode one : json.path("deletions")) {
        var tags = new TreeMap<String, String>();
        one.path("tags")
            .properties()
            .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        deletions.add(
            new Deletion(
                one.path("measurement").asText(),
                tags,
                Level.parse(one.path("level").asText()).orElse(Level.RAW),
                new TimeRange(
                    Instant.parse(one.path("start").asText()),
                    Instant.parse(one.path("stop").asText()))));
      }
      var corrected = new ArrayList<Point>();
      json.path("corrected").forEach(one -> corrected.add(PointText.parse(one.asText())));
      return new CommonOrder(deletions, corrected);
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalArgumentException("no order: " + e.getMessage(), e);
    }
  }
}
