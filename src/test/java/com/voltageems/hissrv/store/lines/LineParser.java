package com.voltageems.hissrv.store.lines;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Line protocol read by the book, one character after the other; knows nothing of the encoder. */
final class LineParser {
  private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000);

  private final String text;
  private int at;

  private LineParser(String text) {
    this.text = text;
  }

  static List<Point> parse(String text) {
    var parser = new LineParser(text);
    var points = new ArrayList<Point>();
    while (parser.at < text.length()) {
      points.add(parser.point());
    }
    return points;
  }

  private Point point() {
    if (text.charAt(at) == '#') {
      throw new AssertionError("a comment at " + at);
    }
    String measurement = name(", ", ", ");
    var tags = new TreeMap<String, String>();
    String last = "";
    while (take(',')) {
      String name = name("=, ", "=, ");
      expect('=');
      String value = name(", ", "=, ");
      if (name.compareTo(last) <= 0 || value.isEmpty()) {
        throw new AssertionError("tags out of order, twice or empty at " + at);
      }
      last = name;
      tags.put(name, value);
    }
    expect(' ');
    var fields = new TreeMap<String, FieldValue>();
    do {
      String name = name("=, ", "=, ");
      expect('=');
      fields.put(name, value());
    } while (take(','));
    expect(' ');
    String time = until("\n");
    expect('\n');
    BigInteger[] parts = new BigInteger(time).divideAndRemainder(SECOND);
    return Point.of(
        new SeriesKey(measurement, tags),
        Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact()),
        fields);
  }

  private String name(String ends, String escapable) {
    var name = new StringBuilder();
    while (ends.indexOf(text.charAt(at)) < 0) {
      boolean escaped = text.charAt(at) == '\\' && escapable.indexOf(text.charAt(at + 1)) >= 0;
      if (escaped) {
        at++;
      }
      name.append(text.charAt(at++));
    }
    return name.toString();
  }

  private FieldValue value() {
    if (take('"')) {
      var value = new StringBuilder();
      while (text.charAt(at) != '"') {
        if (text.charAt(at) == '\\') {
          at++;
        }
        value.append(text.charAt(at++));
      }
      expect('"');
      return FieldValue.of(value.toString());
    }
    String value = until(", ");
    return switch (value.charAt(value.length() - 1)) {
      case 't' -> FieldValue.of(true);
      case 'f' -> FieldValue.of(false);
      case 'i' -> FieldValue.of(Long.parseLong(value.substring(0, value.length() - 1)));
      default -> FieldValue.of(Double.parseDouble(value));
    };
  }

  private String until(String ends) {
    int start = at;
    while (ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private boolean take(char c) {
    if (text.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw new AssertionError("expected " + c + " at " + at + " of " + text);
    }
  }
}
