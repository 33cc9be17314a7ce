package com.voltageems.hissrv.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.query.QueryResult;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes JSON in UTF-8, on one line. */
final class Json {
  private static final String CONTENT_TYPE = "application/json; charset=utf-8";

  /**
   * Never flushes before the end: whether an answer is compressed is decided at its first write.
   */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .build();

  private Json() {}

  /** Maps, lists, strings, numbers, booleans and null. */
  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON's own types: " + value.getClass(), e);
    }
  }

  static void answer(Context ctx, Object value) {
    ctx.contentType(CONTENT_TYPE).result(bytes(value));
  }

  /** Sends a table row by row: its text would take more memory than the table does. */
  static void answer(Context ctx, QueryResult result) throws IOException {
    OutputStream out = ctx.contentType(CONTENT_TYPE).outputStream();
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("measurement", result.measurement());
      json.writePOJOField("tags", result.tags());
      json.writeStringField("interval", result.interval());
      json.writeStringField("start", result.range().start().toString());
      json.writeStringField("stop", result.range().stop().toString());
      json.writePOJOField("columns", result.columns());
      json.writeArrayFieldStart("rows");
      var cells = new JsonCells();
      for (List<@Nullable Object> row : result.rows()) {
        json.writeStartArray();
        for (Object value : row) {
          cells.write(json, value);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
      if (result.isPage()) {
        json.writeStringField("cursor", result.cursor().orElse(null));
      }
      if (!result.warnings().isEmpty()) {
        json.writePOJOField("warnings", result.warnings());
      }
      json.writeEndObject();
    }
  }

  /** Writes values one after the other, without anything in between. */
  static JsonGenerator lines(OutputStream out) throws IOException {
    return MAPPER.createGenerator(out).setRootValueSeparator(null);
  }
}
