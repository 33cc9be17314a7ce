package com.voltageems.hissrv.store.influx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a query answers, as it arrives: one JSON document, or one per chunk. */
final class Answers {
  private static final JsonFactory JSON = new JsonFactory();

  private final RowReader rows;
  private int statement;

  /** Takes rows as they come. */
  interface RowReader {
    /**
     * Takes one row.
     *
     * @param statement which of the request's, from 0
     * @param cells numbers as they were written; null where there is none
     */
    void row(int statement, List<@Nullable String> cells);

    /** The tags by which the rows that follow were grouped, if they were. */
    default void group(SortedMap<String, String> tags) {}
  }

  /** The server refused a statement. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private Answers(RowReader rows) {
    this.rows = rows;
  }

  /**
   * Reads to the end.
   *
   * @throws Refused in the server's words
   * @throws IOException when the answer broke off or is not one of InfluxDB's
   */
  static void read(InputStream in, RowReader rows) throws IOException {
    try (JsonParser json = JSON.createParser(in)) {
      var answers = new Answers(rows);
      while (json.nextToken() != null) {
        answers.value(json, "");
      }
    }
  }

  private void value(JsonParser json, String name) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT && name.equals("tags")) {
      group(json);
    } else if (token == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        value(json, field);
      }
    } else if (token == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (name.equals("values")) {
          row(json);
        } else {
          value(json, "");
        }
      }
    } else if (name.equals("error")) {
      throw new Refused(json.getText());
    } else if (name.equals("statement_id")) {
      statement = json.getIntValue();
    }
  }

  private void group(JsonParser json) throws IOException {
    var tags = new TreeMap<String, String>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String tag = json.currentName();
      json.nextToken();
      if (!json.getText().isEmpty()) {
        tags.put(tag, json.getText());
      }
    }
    rows.group(tags);
  }

  private void row(JsonParser json) throws IOException {
    var cells = new ArrayList<@Nullable String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == null) {
        throw new IOException("the answer broke off");
      }
      cells.add(json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText());
    }
    rows.row(statement, cells);
  }
}
