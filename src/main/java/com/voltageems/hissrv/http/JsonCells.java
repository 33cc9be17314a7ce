package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes the cells of a table as JSON's own types. */
final class JsonCells {
  private final TimeText times = new TimeText();
  private final NumberText numbers = new NumberText();

  void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Double v -> numbers.write(json, v);
      case Long v -> json.writeNumber(v);
      case Boolean v -> json.writeBoolean(v);
      case Instant v -> json.writeString(times.of(v));
      default -> json.writeString(value.toString());
    }
  }
}
