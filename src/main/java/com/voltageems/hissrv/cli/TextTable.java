package com.voltageems.hissrv.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns that stand one below the other: numbers to the right, all else to the left. */
final class TextTable {
  private static final int WIDEST = 60;

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<String> head) {
    this.head = List.copyOf(head);
  }

  void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  void print(PrintStream out) {
    int[] widths = new int[head.size()];
    boolean[] numbers = new boolean[head.size()];
    for (int column = 0; column < widths.length; column++) {
      int at = column;
      widths[at] =
          Math.min(
              WIDEST,
              rows.stream()
                  .mapToInt(row -> row.get(at).length())
                  .reduce(head.get(at).length(), Math::max));
      numbers[at] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(at)));
    }
    out.println(line(head, widths, numbers));
    for (List<String> row : rows) {
      out.println(line(row, widths, numbers));
    }
  }

  private static boolean isNumber(String text) {
    return text.isEmpty() || text.matches("-?[0-9][0-9.,]*(E-?[0-9]+)?");
  }

  private static String line(List<String> cells, int[] widths, boolean[] numbers) {
    var line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String blanks = " ".repeat(Math.max(0, widths[column] - cell.length()));
      line.append(column == 0 ? "" : "  ").append(numbers[column] ? blanks + cell : cell + blanks);
    }
    return line.toString().stripTrailing();
  }
}
