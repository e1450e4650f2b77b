package headroom.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows in columns as wide as their widest cell; numbers are right-aligned where asked. */
final class TextTable {
  private final List<String> header;
  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<String> header, boolean[] right) {
    this.header = header;
    this.right = right;
  }

  /** A table with these columns; one whose name starts with {@code >} is right-aligned. */
  static TextTable of(String... columns) {
    boolean[] right = new boolean[columns.length];
    List<String> header = new ArrayList<>();
    for (int c = 0; c < columns.length; c++) {
      right[c] = columns[c].startsWith(">");
      header.add(right[c] ? columns[c].substring(1) : columns[c]);
    }
    return new TextTable(header, right);
  }

  TextTable row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "row has %d cells; wanted %d".formatted(cells.length, header.size()));
    }
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[header.size()];
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] =
          Math.max(
              header.get(c).length(),
              rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }
    List<List<String>> lines = new ArrayList<>();
    if (header.stream().anyMatch(name -> !name.isEmpty())) {
      lines.add(header);
    }
    lines.addAll(rows);
    return lines.stream().map(line -> line(line, widths)).collect(Collectors.joining("\n"));
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = cells.get(c);
      String padding = " ".repeat(widths[c] - cell.length());
      line.append(c == 0 ? "" : "  ").append(right[c] ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }
}
