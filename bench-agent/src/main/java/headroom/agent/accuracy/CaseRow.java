package headroom.agent.accuracy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One case as its file tells it; a key that is absent or null is an absent fact.
 *
 * @param id what it is called
 * @param facts the JSON object
 */
public record CaseRow(String id, JsonNode facts) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
      rows.add(new CaseRow(id, row));
    }
    return rows;
  }

  private static String place(JacksonException e) {
    var at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? ""
        : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String kind(@org.jspecify.annotations.Nullable JsonNode node) {
    return node == null || node.isMissingNode()
        ? "nothing"
        : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** A text; empty where the key is absent, null or no text. */
  Optional<String> text(String key) {
    JsonNode value = facts.path(key);
    return value.isString() && !value.asString().isBlank()
        ? Optional.of(value.asString().strip())
        : Optional.empty();
  }

  OptionalInt integer(String key) {
    return integer(facts, key);
  }

  OptionalDouble number(String key) {
    return number(facts, key);
  }

  Optional<Boolean> flag(String key) {
    JsonNode value = facts.path(key);
    return value.isBoolean() ? Optional.of(value.asBoolean()) : Optional.empty();
  }

  /** A whole number of an object; empty where it has none. */
  static OptionalInt integer(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isIntegralNumber() && value.canConvertToInt()
        ? OptionalInt.of(value.asInt())
        : OptionalInt.empty();
  }

  /** A number of an object; empty where it has none. */
  static OptionalDouble number(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
