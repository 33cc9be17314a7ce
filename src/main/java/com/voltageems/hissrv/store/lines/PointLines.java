package com.voltageems.hissrv.store.lines;

import com.voltageems.hissrv.store.lines.Lines.Piece;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Line protocol as text: lines, empty lines, comments. A comment that begins with {@value #AS_JSON}
 * is a point that the line protocol has no words for: InfluxDB passes over it, we do not.
 */
public final class PointLines implements PointSource {
  static final String AS_JSON = "#point ";

  private final Lines lines;
  private final Precision precision;

  /** Of a stream, which is the caller's to close. */
  public PointLines(InputStream in, Precision precision) {
    this.lines = new Lines(in, PointLines::endOf);
    this.precision = precision;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    for (Piece piece = lines.next(); piece != null; piece = lines.next()) {
      Entry entry = entry(piece);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private @Nullable Entry entry(Piece piece) {
    String text = piece.text();
    if (piece.problem() != null) {
      return bad(piece, 1, piece.problem());
    }
    try {
      if (text.startsWith(AS_JSON)) {
        return new Good(PointJson.read(text, AS_JSON.length()));
      }
      return text.isBlank() || text.stripLeading().startsWith("#")
          ? null
          : new Good(LineReader.read(text, precision));
    } catch (BadLineException e) {
      return bad(piece, e.column(), String.valueOf(e.getMessage()));
    }
  }

  /** A quote too many made one piece of several lines: all but the first get another chance. */
  private Bad bad(Piece piece, int column, String reason) {
    String line = lines.firstLineOf(piece).text();
    boolean isBehind = column > line.length() + 1;
    return new Bad(
        piece.number(),
        isBehind ? 1 : column,
        isBehind ? "a quote is opened and not closed" : reason,
        line);
  }

  /** A text begins behind an equals sign, and only where the fields are. */
  private static int endOf(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] == ' ') {
      at++;
    }
    boolean isComment = at < to && bytes[at] == '#';
    boolean inFields = false;
    boolean inText = false;
    boolean mayOpen = false;
    for (; at < to; at++) {
      byte b = bytes[at];
      if (b == '\n' && !inText) {
        return at;
      }
      if (isComment) {
        continue;
      }
      if (b == '\\' && at + 1 < to && (inText || bytes[at + 1] != '\n')) {
        at++;
        mayOpen = false;
      } else if (inText) {
        inText = b != '"';
      } else {
        inText = b == '"' && mayOpen;
        inFields |= b == ' ';
        mayOpen = b == '=' && inFields;
      }
    }
    return inText ? Lines.Quotes.OPEN : to;
  }
}
