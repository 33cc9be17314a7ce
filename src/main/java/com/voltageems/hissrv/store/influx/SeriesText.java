package com.voltageems.hissrv.store.influx;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads series as {@code SHOW SERIES} writes them: {@code telemetry,channel=1001}, with a backslash
 * before commas, equals signs and blanks that are part of a name or value.
 */
final class SeriesText {
  private SeriesText() {}

  /** The tags. */
  static SortedMap<String, String> tags(String series) {
    var tags = new TreeMap<String, String>();
    var part = new StringBuilder();
    String name = null;
    boolean inTags = false;
    for (int i = 0; i <= series.length(); i++) {
      char c = i < series.length() ? series.charAt(i) : ',';
      if (c == '\\' && i + 1 < series.length() && ",= ".indexOf(series.charAt(i + 1)) >= 0) {
        i++;
        part.append(series.charAt(i));
      } else if (c == ',') {
        if (inTags && name != null) {
          tags.put(name, part.toString());
        }
        inTags = true;
        name = null;
        part.setLength(0);
      } else if (c == '=' && inTags && name == null) {
        name = part.toString();
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    return tags;
  }
}
