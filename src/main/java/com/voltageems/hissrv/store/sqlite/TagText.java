package com.voltageems.hissrv.store.sqlite;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tags as text, {@code channel=1001,interval=1m}, for a person to read and for SQLite to compare:
 * equal tags have equal texts and others others. A backslash stands before {@code , = \} in a name
 * or value.
 */
final class TagText {
  private TagText() {}

  static String of(SortedMap<String, String> tags) {
    var text = new StringBuilder();
    tags.forEach((name, value) -> {
      if (!text.isEmpty()) {
        text.append(',');
      }
      append(text, name);
      text.append('=');
      append(text, value);
    });
    return text.toString();
  }

  static SortedMap<String, String> parse(String text) {
    var tags = new TreeMap<String, String>();
    var part = new StringBuilder();
    String name = "";
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        part.append(text.charAt(i));
      } else if (c == '=') {
        name = part.toString();
        part.setLength(0);
      } else if (c == ',') {
        tags.put(name, part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    if (!text.isEmpty()) {
      tags.put(name, part.toString());
    }
    return tags;
  }

  private static void append(StringBuilder text, String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == ',' || c == '=' || c == '\\') {
        text.append('\\');
      }
      text.append(c);
    }
  }
}
