package headroom.catalogue;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** From the text of one file to one record; the record is the schema. */
final class TomlReader {
  private static final TomlMapper MAPPER =
      TomlMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withConfigOverride(
              List.class,
              list -> list.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  private TomlReader() {}

  /**
   * @param folder for messages
   * @param id becomes the component {@code id} of the record
   * @throws CatalogueException where the text is not a {@code T}
   */
  static <T> T read(String folder, String id, String text, Class<T> type) {
    String file = folder + "/" + id + ".toml";
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (!(tree instanceof ObjectNode table)) {
        throw new CatalogueException(file, "is empty; wanted keys and tables", null);
      }
      if (table.has("id")) {
        throw new CatalogueException(
            file, "key 'id' must not stand in the file; the file name is the id", null);
      }
      table.put("id", id);
      return MAPPER.treeToValue(table, type);
    } catch (DatabindException unfit) {
      throw new CatalogueException(file, reason(unfit), unfit);
    } catch (JacksonException syntax) {
      TokenStreamLocation where = syntax.getLocation();
      throw new CatalogueException(
          file,
          where == null
              ? "not TOML: " + syntax.getOriginalMessage()
              : "line %d, column %d is not TOML: %s"
                  .formatted(where.getLineNr(), where.getColumnNr(), syntax.getOriginalMessage()),
          syntax);
    }
  }

  private static String reason(DatabindException unfit) {
    String key =
        unfit.getPath().stream()
            .map(step -> name(step.getPropertyName(), step.getIndex()))
            .collect(Collectors.joining("."));
    if (unfit instanceof UnrecognizedPropertyException unknown) {
      return "key '%s' is unknown; wanted one of %s"
          .formatted(
              key, unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList());
    }
    Throwable cause = unfit.getCause();
    String what =
        cause instanceof IllegalArgumentException && cause.getMessage() != null
            ? cause.getMessage()
            : unfit.getOriginalMessage();
    return key.isEmpty() ? what : "key '%s': %s".formatted(key, what);
  }

  private static String name(@Nullable String property, int index) {
    return property == null ? "[" + index + "]" : property;
  }
}
