package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON object per line; what a row lacks is left out. */
final class NdjsonRows implements RowFormat {
  private final Output output;
  private final JsonCells cells = new JsonCells();
  private List<String> columns = List.of();
  private @Nullable JsonGenerator json;

  NdjsonRows(Output output) {
    this.output = output;
  }

  @Override
  public void columns(List<String> names) {
    columns = names;
  }

  @Override
  public void row(List<@Nullable Object> row) {
    try {
      JsonGenerator out = json;
      if (out == null) {
        out = Json.lines(output.open());
        json = out;
      }
      out.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        Object cell = row.get(i);
        if (cell != null) {
          out.writeFieldName(columns.get(i));
          cells.write(out, cell);
        }
      }
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end() {
    try {
      if (json == null) {
        output.open().write(new byte[0]);
      } else {
        json.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
