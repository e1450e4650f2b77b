package headroom.catalogue;

import headroom.measure.CaseRow;
import headroom.measure.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The logs and measurements that predictions are held against; read when first asked for. */
public final class BuiltInCases {
  private static final String MEASUREMENTS = "headroom/measurements";
  private static final String MEMORY_LOGS = "headroom/cases";

  private BuiltInCases() {}

  /**
   * What one file says.
   *
   * @param id the file name
   * @param title where its rows come from; each row also has a source of its own
   * @param rows facts of each case by key, {@code id} among them
   */
  record CaseFile(String id, String title, List<Map<String, Object>> rows) {
    CaseFile {
      Range.text("title", title);
      rows = List.copyOf(rows);
      if (rows.isEmpty()) {
        throw new IllegalArgumentException("rows is empty; wanted at least one case");
      }
    }
  }

  private static final class Measurements {
    private static final List<CaseRow> ROWS = read(MEASUREMENTS);
  }

  private static final class MemoryLogs {
    private static final List<CaseRow> ROWS = read(MEMORY_LOGS);
  }

  /** Measured speeds, in order of ids. */
  public static List<CaseRow> measurements() {
    return Measurements.ROWS;
  }

  /** Logs of real memory, in order of ids. */
  public static List<CaseRow> memoryLogs() {
    return MemoryLogs.ROWS;
  }

  private static List<CaseRow> read(String folder) {
    List<CaseRow> rows = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    new TomlFolder(BuiltInCases.class, folder)
        .read(CaseFile.class)
        .forEach(
            (file, cases) -> {
              for (Map<String, Object> row : cases.rows()) {
                rows.add(row(folder + "/" + file + ".toml", row, ids));
              }
            });
    rows.sort(Comparator.comparing(CaseRow::id));
    return List.copyOf(rows);
  }

  private static CaseRow row(String file, Map<String, Object> row, Set<String> ids) {
    Map<String, Object> facts = new LinkedHashMap<>(row);
    if (!(facts.remove("id") instanceof String id) || id.isBlank()) {
      throw new CatalogueException(file, "a row has no id; wanted a name in each", null);
    }
    if (!(facts.get("source") instanceof String)) {
      throw new CatalogueException(file, "row '" + id + "' has no source; wanted one", null);
    }
    if (!ids.add(id)) {
      throw new CatalogueException(file, "id '" + id + "' stands twice; wanted each once", null);
    }
    return new CaseRow(id, new Facts(facts));
  }
}
