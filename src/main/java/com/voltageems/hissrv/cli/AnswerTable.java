package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table of the API's ({@code columns} and {@code rows}) for people. */
final class AnswerTable {
  private AnswerTable() {}

  /** What all rows share stands above them. */
  static void print(JsonNode answer, PrintStream out) {
    var shared = new StringBuilder(answer.path("measurement").asText());
    answer
        .path("tags")
        .properties()
        .forEach(tag ->
            shared.append("  ").append(tag.getKey()).append('=').append(tag.getValue().asText()));
    out.println(shared);
    var columns = new ArrayList<String>();
    answer.path("columns").forEach(column -> columns.add(column.asText()));
    var table = new TextTable(columns);
    for (JsonNode row : answer.path("rows")) {
      List<String> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(cell.isNull() ? "" : cell.asText()));
      table.add(cells);
    }
    table.print(out);
  }
}
