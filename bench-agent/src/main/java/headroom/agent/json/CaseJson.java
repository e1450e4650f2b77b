package headroom.agent.json;

import headroom.measure.CaseRow;
import headroom.measure.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cases to grade predictions by, as a JSON array of objects. */
public final class CaseJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private CaseJson() {}

  /**
   * Reads a JSON array of objects that each have an {@code id}.
   *
   * @throws NotCasesException where the file is something else
   * @throws IOException where it cannot be read
   */
  public static List<CaseRow> read(Path file) throws IOException {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new NotCasesException(file, place(e) + e.getOriginalMessage());
    }
    if (tree == null || !tree.isArray()) {
      throw new NotCasesException(
          file, "found %s; wanted a JSON array of objects".formatted(kind(tree)));
    }
    List<CaseRow> rows = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode row : tree) {
      String place = "/" + rows.size();
      if (!row.isObject()) {
        throw new NotCasesException(file, "%s is %s; wanted an object".formatted(place, kind(row)));
      }
      if (!row.path("id").isString() || row.path("id").asString().isBlank()) {
        throw new NotCasesException(
            file, "%s/id is %s; wanted a name".formatted(place, kind(row.path("id"))));
      }
      String id = row.path("id").asString();
      if (!ids.add(id)) {
        throw new NotCasesException(
            file, "%s/id is '%s' once more; wanted each once".formatted(place, id));
      }
      rows.add(new CaseRow(id, new Facts(values(row))));
    }
    return rows;
  }

  /** A key whose value is null is an absent fact. */
  private static Map<String, Object> values(JsonNode object) {
    Map<String, Object> values = new LinkedHashMap<>();
    object
        .propertyStream()
        .filter(entry -> !entry.getValue().isNull())
        .forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return values(node);
    }
    if (node.isArray()) {
      return node.valueStream().filter(item -> !item.isNull()).map(CaseJson::value).toList();
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.asLong();
    }
    return node.isNumber() ? (Object) node.asDouble() : node.asString();
  }

  private static String place(JacksonException e) {
    var at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? ""
        : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String kind(@Nullable JsonNode node) {
    return node == null || node.isMissingNode()
        ? "nothing"
        : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
