package headroom.model;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufMetadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The keys of a header that begin with its architecture, and faults that name them. */
final class ArchitectureKeys {
  private final String source;
  private final GgufMetadata metadata;
  private final String architecture;

  ArchitectureKeys(String source, GgufMetadata metadata) {
    this.source = source;
    this.metadata = metadata;
    this.architecture = metadata.getString("general.architecture");
  }

  String architecture() {
    return architecture;
  }

  /** The full name of a key: {@code llama.block_count} of {@code block_count}. */
  String key(String name) {
    return architecture + "." + name;
  }

  /** A count that must be there. */
  int getInt(String name) {
    return counted(key(name), metadata.getLong(key(name)));
  }

  /** A count, where it is there and no array. */
  OptionalInt findInt(String name) {
    return metadata.find(key(name)).orElse("") instanceof List
        ? OptionalInt.empty()
        : metadata.findLong(key(name)).stream()
            .mapToInt(value -> counted(key(name), value))
            .findFirst();
  }

  /** An array of counts or booleans (1 and 0), one for each layer; empty where it is no array. */
  Optional<List<Long>> findPerLayer(String name, int layers) {
    if (!(metadata.find(key(name)).orElse("") instanceof List<?> list)) {
      return Optional.empty();
    }
    if (list.size() < layers) {
      throw fault(
          "found %d elements in key '%s'; wanted one for each of %d layers"
              .formatted(list.size(), key(name), layers));
    }
    return Optional.of(
        list.stream().limit(layers).map(element -> element(key(name), element)).toList());
  }

  /** A count for this layer, whether the key holds one for all or one for each. */
  OptionalInt findInt(String name, int layer, int layers) {
    Optional<List<Long>> perLayer = findPerLayer(name, layers);
    return perLayer.isPresent()
        ? OptionalInt.of(counted(key(name), perLayer.get().get(layer)))
        : findInt(name);
  }

  /** A count for this layer, which must be there. */
  int getInt(String name, int layer, int layers) {
    OptionalInt found = findInt(name, layer, layers);
    return found.isPresent() ? found.getAsInt() : getInt(name);
  }

  /** A fault of what the header says, no byte of it in particular. */
  GgufFormatException fault(String reason) {
    return new GgufFormatException(source, 0, reason);
  }

  private long element(String key, Object element) {
    return switch (element) {
      case Long number -> number;
      case Boolean flag -> flag ? 1 : 0;
      default -> throw fault("found '%s' in key '%s'; wanted numbers".formatted(element, key));
    };
  }

  private int counted(String key, long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw fault("found %d in key '%s'; wanted 0 to 2^31-1".formatted(value, key));
    }
    return (int) value;
  }
}
