package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store to put rows in, and questions to it. */
final class AskedStore implements AutoCloseable {
  final SqliteStore store;
  final HistoryQuery query;

  AskedStore(Path folder, String now) {
    var clock = InstantSource.fixed(Instant.parse(now));
    store = new SqliteStore(folder.resolve("store"), clock);
    query = new HistoryQuery(store, clock, () -> ZoneOffset.UTC);
  }

  /** A row: tags as {@code channel=1,interval=1m}, then field names and values. */
  void put(String time, String tags, Object... namesAndValues) {
    var byName = new TreeMap<String, String>();
    for (String tag : tags.isEmpty() ? new String[0] : tags.split(",", -1)) {
      byName.put(tag.split("=", -1)[0], tag.split("=", -1)[1]);
    }
    var fields = new TreeMap<String, FieldValue>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      fields.put(
          (String) namesAndValues[i],
          switch (value) {
            case Integer number -> FieldValue.of((long) number);
            case Double number -> FieldValue.of(number);
            case Boolean truth -> FieldValue.of(truth);
            default -> FieldValue.of(value.toString());
          });
    }
    store.write(List.of(Point.of(SeriesKey.of("t", byName), Instant.parse(time), fields)));
  }

  /** Of the measurement {@code t}: {@code channel=1&range=1h}, not encoded. */
  QueryResult ask(String question) {
    return query.run(parameters(question));
  }

  /** An answer's rows, as a person would write them: {@code 10:00 1 2.5}. */
  List<String> rows(String question) {
    var lines = new ArrayList<String>();
    for (List<?> row : ask(question).rows()) {
      var words = new ArrayList<String>();
      row.forEach(cell -> words.add(String.valueOf(cell)));
      lines.add(String.join(" ", words));
    }
    return lines;
  }

  static Map<String, List<String>> parameters(String question) {
    var parameters = new LinkedHashMap<String, List<String>>();
    parameters.put("measurement", List.of("t"));
    for (String part : question.isEmpty() ? new String[0] : question.split("&", -1)) {
      int equals = part.indexOf('=');
      parameters
          .computeIfAbsent(part.substring(0, equals), _ -> new ArrayList<>())
          .add(part.substring(equals + 1));
    }
    return parameters;
  }

  @Override
  public void close() {
    store.close();
  }
}
