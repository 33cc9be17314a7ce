package com.voltageems.hissrv.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Parquet file as a library reads it that shares nothing with ours.
 *
 * @param columns name, physical and logical type
 * @param rows what each has, by column
 * @param groups how many row groups there are
 */
public record ParquetTable(List<String> columns, List<Map<String, Object>> rows, int groups) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads all of it. */
  public static ParquetTable of(byte[] file) {
    try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)));
        RowReader row = reader.rowReader()) {
      List<ColumnSchema> schema = reader.getFileSchema().getColumns();
      var rows = new ArrayList<Map<String, Object>>();
      while (row.hasNext()) {
        row.next();
        var cells = new TreeMap<String, Object>();
        for (int i = 0; i < schema.size(); i++) {
          if (!row.isNull(i)) {
            cells.put(schema.get(i).name(), row.getValue(i));
          }
        }
        rows.add(cells);
      }
      return new ParquetTable(
          schema.stream()
              .map(one -> "%s %s %s".formatted(one.name(), one.type(), one.logicalType()))
              .toList(),
          rows,
          reader.getFileMetaData().rowGroups().size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A row of NDJSON as {@link #rows} has it. */
  public static Map<String, Object> row(String line) {
    var cells = new TreeMap<String, Object>();
    try {
      JsonNode json = JSON.readTree(line);
      json.properties()
          .forEach(cell ->
              cells.put(
                  cell.getKey(),
                  switch (cell.getValue().getNodeType()) {
                    case NUMBER ->
                        cell.getValue().isIntegralNumber()
                            ? (Object) cell.getValue().longValue()
                            : (Object) cell.getValue().doubleValue();
                    case BOOLEAN -> cell.getValue().booleanValue();
                    default ->
                        cell.getKey().equals("time")
                            ? Instant.parse(cell.getValue().textValue())
                            : cell.getValue().textValue();
                  }));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cells;
  }
}
