package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;

/** A series as one word for {@code after=}: its texts, each with its length in front. */
final class SeriesCursor {
  private SeriesCursor() {}

  static String of(SeriesKey series) {
    var text = new StringBuilder();
    append(text, series.measurement());
    series
        .tags()
        .forEach((name, value) -> {
          append(text, name);
          append(text, value);
        });
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws QueryProblem when it is none of ours
   */
  static SeriesKey parse(String cursor) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      List<String> parts = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int colon = text.indexOf(':', at);
        int end = colon + 1 + Integer.parseInt(text.substring(at, colon));
        parts.add(text.substring(colon + 1, end));
        at = end;
      }
      var tags = new TreeMap<String, String>();
      for (int i = 1; i < parts.size(); i += 2) {
        tags.put(parts.get(i), parts.get(i + 1));
      }
      return new SeriesKey(parts.getFirst(), tags);
    } catch (RuntimeException e) {
      throw QueryProblem.badParameter(
          "after",
          "'" + QueryProblem.shown(cursor) + "' was not given by an answer before.",
          "the 'after' of the page before");
    }
  }

  private static void append(StringBuilder text, String part) {
    text.append(part.length()).append(':').append(part);
  }
}
