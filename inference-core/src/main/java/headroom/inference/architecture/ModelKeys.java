package headroom.inference.architecture;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.inference.ModelFormatException;
import java.util.List;
import java.util.Optional;

/** The keys of a file under its architecture's own prefix; what is not as wanted is a fault. */
abstract sealed class ModelKeys permits ModelReader {
  private final GgufHeader header;
  private final String prefix;

  ModelKeys(GgufHeader header, String prefix) {
    this.header = header;
    this.prefix = prefix;
  }

  private GgufMetadata metadata() {
    return header.metadata();
  }

  /** What stands before every key of the architecture, {@code llama.} for example. */
  final String prefix() {
    return prefix;
  }

  /** The whole number under this key, which must be there and at least 1. */
  final int count(String key) {
    return findCount(key).orElseThrow(() -> missing(key, "a whole number"));
  }

  /** The whole number under this key; empty where the key is absent or says 0, "none". */
  final Optional<Integer> findCount(String key) {
    var found = metadata().findLong(prefix + key);
    return found.isEmpty() ? Optional.empty() : positive(key, found.getAsLong());
  }

  /** As {@link #findCount(String)}, where the key may hold one number for each layer. */
  final Optional<Integer> findCount(String key, int layer) {
    if (!(metadata().find(prefix + key).orElse("") instanceof List<?>)) {
      return findCount(key);
    }
    List<Long> each = metadata().findList(prefix + key, Long.class).orElse(List.of());
    if (layer >= each.size()) {
      throw fault(
          "key '%s%s' holds %d numbers; wanted one for each layer, layer %d has none",
          prefix, key, each.size(), layer);
    }
    return positive(key, each.get(layer));
  }

  /** True where the key says something of this layer, in a list or for all. */
  final boolean has(String key, int layer) {
    return metadata()
        .find(prefix + key)
        .filter(value -> !(value instanceof List<?> each) || layer < each.size())
        .isPresent();
  }

  final int count(String key, int layer) {
    return findCount(key, layer).orElseThrow(() -> missing(key, "a whole number"));
  }

  private Optional<Integer> positive(String key, long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw fault(
          "key '%s%s' is %d; wanted a whole number from 1 to 2147483647", prefix, key, value);
    }
    return value == 0 ? Optional.empty() : Optional.of((int) value);
  }

  /** The number under this key, which must be there. */
  final float number(String key) {
    return findNumber(key).orElseThrow(() -> missing(key, "a number"));
  }

  final Optional<Float> findNumber(String key) {
    var found = metadata().findDouble(prefix + key);
    return found.isPresent() ? Optional.of((float) found.getAsDouble()) : Optional.empty();
  }

  final Optional<String> findText(String key) {
    return metadata().findString(prefix + key);
  }

  final Optional<Boolean> findFlag(String key) {
    return metadata().findBoolean(prefix + key);
  }

  /** The flags under this key, one for each layer. */
  final Optional<List<Boolean>> findFlags(String key) {
    return metadata().findList(prefix + key, Boolean.class);
  }

  /** The whole numbers under this key, which must be there. */
  final List<Long> numbers(String key) {
    return metadata()
        .findList(prefix + key, Long.class)
        .orElseThrow(() -> missing(key, "a list of whole numbers"));
  }

  /** True where the key holds one value and not a list. */
  final boolean isSingle(String key) {
    return metadata().find(prefix + key).filter(value -> !(value instanceof List)).isPresent();
  }

  private ModelFormatException missing(String key, String wanted) {
    return fault("key '%s%s' is missing; wanted %s", prefix, key, wanted);
  }

  final ModelFormatException fault(String reason, Object... arguments) {
    return new ModelFormatException(header.source(), reason.formatted(arguments));
  }
}
