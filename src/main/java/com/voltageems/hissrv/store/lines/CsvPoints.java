package com.voltageems.hissrv.store.lines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.lines.Lines.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table as CSV (RFC 4180) whose first line names the columns: a point for each line. */
public final class CsvPoints implements PointSource {
  private static final ObjectReader CELLS =
      new CsvMapper().readerFor(String[].class).with(CsvParser.Feature.WRAP_AS_ARRAY);

  private final Lines lines;
  private final Columns columns;
  private final String[] names;

  /**
   * What the columns are. All that are named nowhere here are fields: numbers are floats, {@code
   * true} and {@code false} truths, all else is text, and an empty cell is none.
   *
   * @param time the column of the time
   * @param precision what the time counts; null where times are RFC 3339
   * @param tags columns that are tags
   * @param fixed tags of every point
   * @param texts columns whose cells are text, whatever they look like
   */
  public record Columns(
      String measurement,
      String time,
      @Nullable Precision precision,
      Set<String> tags,
      Map<String, String> fixed,
      Set<String> texts) {}

  /**
   * Reads the first line.
   *
   * @param in the caller's to close
   * @throws BadLineException when a column is missing or there twice
   * @throws IOException when it can't be read
   */
  public CsvPoints(InputStream in, Columns columns) throws IOException, BadLineException {
    this.lines = new Lines(in, CsvPoints::endOf);
    this.columns = columns;
    Piece head = lines.next();
    if (head == null) {
      throw new BadLineException(1, "it is empty: a line with the columns' names is expected");
    }
    names = cells(head.text().replaceFirst("^\uFEFF", ""));
    List<String> all = List.of(names);
    if (Set.copyOf(all).size() < all.size()) {
      throw new BadLineException(1, "a column is there twice: " + String.join(", ", all));
    }
    need(all, columns.time());
    for (String tag : columns.tags()) {
      need(all, tag);
    }
    for (String text : columns.texts()) {
      need(all, text);
    }
  }

  private static void need(List<String> all, String name) throws BadLineException {
    if (!all.contains(name)) {
      throw new BadLineException(
          1, "there is no column '%s', only %s".formatted(name, String.join(", ", all)));
    }
  }

  @Override
  public @Nullable Entry next() throws IOException {
    Piece piece = lines.next();
    while (piece != null && piece.text().isBlank()) {
      piece = lines.next();
    }
    if (piece == null) {
      return null;
    }
    try {
      if (piece.problem() != null) {
        throw new BadLineException(1, piece.problem());
      }
      return new Good(point(cells(piece.text())));
    } catch (BadLineException e) {
      return new Bad(piece.number(), e.column(), String.valueOf(e.getMessage()), piece.text());
    } catch (IllegalArgumentException e) {
      return new Bad(piece.number(), 1, String.valueOf(e.getMessage()), piece.text());
    }
  }

  private Point point(String[] cells) throws BadLineException {
    if (cells.length != names.length) {
      throw new BadLineException(
          1, "it has %d cells, not %d as the first line".formatted(cells.length, names.length));
    }
    Instant time = null;
    var tags = new TreeMap<>(columns.fixed());
    var fields = new TreeMap<String, FieldValue>();
    for (int i = 0; i < cells.length; i++) {
      String name = names[i];
      String cell = cells[i];
      if (name.equals(columns.time())) {
        time = time(cell);
      } else if (columns.tags().contains(name) && !cell.isEmpty()) {
        tags.put(name, cell);
      } else if (!columns.tags().contains(name) && !cell.isEmpty()) {
        fields.put(name, columns.texts().contains(name) ? FieldValue.of(cell) : value(cell));
      }
    }
    if (time == null || fields.isEmpty()) {
      throw new BadLineException(1, "there are no fields");
    }
    return new Point(new SeriesKey(columns.measurement(), tags), time, fields);
  }

  private Instant time(String cell) throws BadLineException {
    Precision precision = columns.precision();
    try {
      return precision == null
          ? OffsetDateTime.parse(cell.replace(' ', 'T')).toInstant()
          : precision.toInstant(Long.parseLong(cell));
    } catch (DateTimeException | NumberFormatException e) {
      String expected =
          precision == null
              ? "RFC 3339 with an offset, or a number with --precision"
              : "a whole number (" + precision.word() + ")";
      throw new BadLineException(
          1,
          "column %s: '%s' is no time; %s is expected".formatted(columns.time(), cell, expected));
    }
  }

  private static FieldValue value(String cell) {
    if (cell.equals("true") || cell.equals("false")) {
      return FieldValue.of(cell.equals("true"));
    }
    return LineReader.isNumber(cell)
        ? FieldValue.of(Double.parseDouble(cell))
        : FieldValue.of(cell);
  }

  private static String[] cells(String line) throws IOException, BadLineException {
    try (var rows = CELLS.<String[]>readValues(line)) {
      return rows.hasNextValue() ? rows.nextValue() : new String[0];
    } catch (JsonProcessingException e) {
      throw new BadLineException(
          Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getColumnNr()),
          e.getOriginalMessage());
    }
  }

  private static int endOf(byte[] bytes, int from, int to) {
    boolean inQuotes = false;
    for (int at = from; at < to; at++) {
      if (bytes[at] == '"') {
        inQuotes = !inQuotes;
      } else if (bytes[at] == '\n' && !inQuotes) {
        return at;
      }
    }
    return inQuotes ? Lines.Quotes.OPEN : to;
  }
}
