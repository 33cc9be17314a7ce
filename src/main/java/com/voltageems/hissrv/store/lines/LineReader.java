package com.voltageems.hissrv.store.lines;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One line of line protocol, read as InfluxDB reads it: a backslash escapes commas, spaces and (but
 * in measurements) equals signs in names, quotes and backslashes in texts, and is itself anywhere
 * else. A time is needed: "now" is no time of history.
 */
final class LineReader {
  private static final String IN_MEASUREMENT = ", ";
  private static final String IN_NAME = ",= ";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final String line;
  private final Precision precision;
  private int at;

  private LineReader(String line, Precision precision) {
    this.line = line;
    this.precision = precision;
  }

  /**
   * The point a line is.
   *
   * @param line without its end, not empty, no comment
   */
  static Point read(String line, Precision precision) throws BadLineException {
    return new LineReader(line, precision).point();
  }

  static boolean isNumber(String word) {
    return NUMBER.matcher(word).matches();
  }

  private Point point() throws BadLineException {
    skipBlanks();
    int start = at;
    String measurement = name(IN_MEASUREMENT, ", ");
    if (measurement.isEmpty()) {
      throw bad(start, "there is no measurement");
    }
    var tags = new TreeMap<String, String>();
    while (take(',')) {
      tag(tags);
    }
    if (at == line.length()) {
      throw bad(at, "there are no fields");
    }
    skipBlanks();
    var fields = new TreeMap<String, FieldValue>();
    do {
      field(fields);
    } while (take(','));
    if (at < line.length() && line.charAt(at) != ' ') {
      throw bad(at, "a comma, a space or the end is expected after a value");
    }
    skipBlanks();
    int timeAt = at;
    long time = time();
    try {
      return new Point(new SeriesKey(measurement, tags), precision.toInstant(time), fields);
    } catch (IllegalArgumentException e) {
      throw bad(timeAt, e.getMessage() + " (read as " + precision.word() + ")");
    }
  }

  private void tag(Map<String, String> tags) throws BadLineException {
    int start = at;
    String name = name(IN_NAME, "=, ");
    if (name.isEmpty()) {
      throw bad(start, "a tag has no name");
    }
    if (!take('=')) {
      throw bad(at, "tag " + name + " has no value: = is expected");
    }
    int valueAt = at;
    String value = name(IN_NAME, ", =");
    if (at < line.length() && line.charAt(at) == '=') {
      throw bad(at, "a second = in tag " + name + "; write \\= where it is meant");
    }
    if (value.isEmpty()) {
      throw bad(valueAt, "tag " + name + " has an empty value");
    }
    if (tags.put(name, value) != null) {
      throw bad(start, "tag " + name + " is there twice");
    }
  }

  private void field(Map<String, FieldValue> fields) throws BadLineException {
    int start = at;
    String name = name(IN_NAME, "=, ");
    if (name.isEmpty()) {
      throw bad(start, "a field has no name");
    }
    if (!take('=')) {
      throw bad(at, "field " + name + " has no value: = is expected");
    }
    FieldValue value = value();
    if (fields.put(name, value) != null) {
      throw bad(start, "field " + name + " is there twice");
    }
  }

  /** Up to one of these characters, which is not taken, or the end. */
  private String name(String escapable, String ends) {
    int start = at;
    StringBuilder unescaped = null;
    while (at < line.length() && ends.indexOf(line.charAt(at)) < 0) {
      boolean escapes =
          line.charAt(at) == '\\'
              && at + 1 < line.length()
              && escapable.indexOf(line.charAt(at + 1)) >= 0;
      if (escapes) {
        if (unescaped == null) {
          unescaped = new StringBuilder().append(line, start, at);
        }
        at++;
      }
      if (unescaped != null) {
        unescaped.append(line.charAt(at));
      }
      at++;
    }
    return unescaped == null ? line.substring(start, at) : unescaped.toString();
  }

  private FieldValue value() throws BadLineException {
    if (take('"')) {
      return text();
    }
    int start = at;
    while (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != ' ') {
      at++;
    }
    String word = line.substring(start, at);
    return switch (word) {
      case "" -> throw bad(start, "there is no value");
      case "t", "T", "true", "True", "TRUE" -> FieldValue.of(true);
      case "f", "F", "false", "False", "FALSE" -> FieldValue.of(false);
      default -> number(start, word);
    };
  }

  private FieldValue text() throws BadLineException {
    int open = at - 1;
    var text = new StringBuilder();
    while (at < line.length() && line.charAt(at) != '"') {
      boolean escapes =
          line.charAt(at) == '\\'
              && at + 1 < line.length()
              && (line.charAt(at + 1) == '"' || line.charAt(at + 1) == '\\');
      if (escapes) {
        at++;
      }
      text.append(line.charAt(at++));
    }
    if (!take('"')) {
      throw bad(open, "a text is not closed: \" is expected");
    }
    return FieldValue.of(text.toString());
  }

  private FieldValue number(int start, String word) throws BadLineException {
    char last = word.charAt(word.length() - 1);
    try {
      if (last == 'i' || last == 'u') {
        return FieldValue.of(Long.parseLong(word.substring(0, word.length() - 1)));
      }
      if (NUMBER.matcher(word).matches()) {
        return FieldValue.of(Double.parseDouble(word));
      }
    } catch (IllegalArgumentException e) {
      throw bad(start, "'" + shown(word) + "' is beyond what 64 bits hold, or no number");
    }
    throw bad(
        start, "'" + shown(word) + "' is no number, truth or text (texts are in double quotes)");
  }

  private long time() throws BadLineException {
    if (at == line.length()) {
      throw bad(at, "there is no time");
    }
    String word = line.substring(at).stripTrailing();
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw bad(at, "'" + shown(word) + "' is no time: a whole number is expected");
    }
  }

  private static String shown(String word) {
    return word.length() <= 40 ? word : word.substring(0, 40) + "…";
  }

  private boolean take(char c) {
    if (at == line.length() || line.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private void skipBlanks() {
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
  }

  private BadLineException bad(int index, String reason) {
    return new BadLineException(index + 1, reason);
  }
}
