package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table of the API's ({@code columns} and {@code rows}) for people. */
final class AnswerTable {
  private AnswerTable() {}

  static void print(JsonNode answer, PrintStream out) {
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
