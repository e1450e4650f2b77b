package headroom.accuracy;

import headroom.measure.Facts;
import headroom.units.Bytes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a log says that memory was taken; all amounts in MiB.
 *
 * @param stated the case's object {@code expected}
 * @param placement where the layers were
 */
record ExpectedMemory(Facts stated, Placement placement) {
  private static final double MIB = Bytes.ofMiB(1).value();
  private static final double MIB_PER_GIB = 1024;

  /** Sizes of files in GiB are stated with two decimals. */
  private static final double SAME_SIZE = 0.0005;

  /** Weights on the GPUs, all of them together. */
  OptionalDouble deviceWeights() {
    return sum("weights_gpu_mib");
  }

  /**
   * True where a buffer of Metal is a mapping from the first to the last of the GPU's tensors that
   * spans the host's tables too ({@code get_mapping_range} of llama-model-loader.cpp), as in files
   * whose output matrix comes first.
   */
  boolean mapsWholeFile(String backend) {
    OptionalDouble file = scaled(number("size_gib"), MIB_PER_GIB);
    OptionalDouble mapped = deviceWeights();
    return backend.toLowerCase(Locale.ROOT).contains("metal")
        && file.isPresent()
        && mapped.isPresent()
        && Math.abs(mapped.getAsDouble() / file.getAsDouble() - 1) < SAME_SIZE;
  }

  /** All weights, or the size of the file, which has a few MB of vocabulary beside them. */
  OptionalDouble allWeights(long parameters) {
    OptionalDouble bits = number("bpw");
    OptionalDouble decimal = number("size_gb");
    boolean mapped = placement == Placement.EXPERTS_ON_HOST || placement == Placement.PARTIAL;
    if (mapped && number("size_gib").isPresent()) {
      // Buffers of the host that are mapped overlap what the cards have of the same file.
      return scaled(number("size_gib"), MIB_PER_GIB);
    }
    if (number("weights_mib").isPresent()) {
      return number("weights_mib");
    }
    if (number("weights_gib").isPresent()) {
      return scaled(number("weights_gib"), MIB_PER_GIB);
    }
    if (bits.isPresent()) {
      return OptionalDouble.of(bits.getAsDouble() * parameters / 8 / MIB);
    }
    if (number("size_gib").isPresent()) {
      return scaled(number("size_gib"), MIB_PER_GIB);
    }
    return scaled(decimal, 1e9 / MIB);
  }

  /** Weights by name of the mix, where a case is a table of files. */
  Map<String, Double> weightsByMix(long parameters) {
    Map<String, Double> sizes = new LinkedHashMap<>();
    stated
        .below("bpw_by_quant")
        .numbers()
        .forEach((mix, bits) -> sizes.put(mix, bits * parameters / 8 / MIB));
    return sizes;
  }

  OptionalDouble kv() {
    OptionalDouble cache = number("kv_mib");
    if (cache.isEmpty() && cacheTokens().isPresent()) {
      return scaled(number("kv_gib"), MIB_PER_GIB);
    }
    return cache.isPresent()
        ? OptionalDouble.of(cache.getAsDouble() + number("recurrent_mib").orElse(0))
        : cache;
  }

  boolean countsRecurrentState() {
    return number("recurrent_mib").isPresent();
  }

  /** Tokens that vLLM's cache holds, where it says; its context is smaller. */
  OptionalInt cacheTokens() {
    return stated.integer("kv_tokens");
  }

  /** The scratch buffer of the device that computes, of several the largest. */
  OptionalDouble compute() {
    Facts perDevice = stated.below("compute_gpu_mib");
    OptionalDouble largest =
        perDevice.numbers().values().stream().mapToDouble(Double::doubleValue).max();
    return switch (placement) {
      case CPU -> perDevice.isEmpty() ? number("compute_mib") : OptionalDouble.empty();
      case GPU, NONE_ON_GPU -> largest.isPresent() ? largest : compute("compute_mib");
      case EXPERTS_ON_HOST -> largest;
      case PARTIAL -> OptionalDouble.empty();
    };
  }

  private OptionalDouble compute(String key) {
    OptionalDouble one = number("compute_gpu_mib");
    return one.isPresent() ? one : number(key);
  }

  /** Cells of the window cache, where stated. */
  OptionalInt windowCells() {
    return stated.integer("kv_swa_cells");
  }

  /** The window cache alone, where nothing else of the cache is stated. */
  OptionalDouble windowCache() {
    return number("kv_mib").isPresent() ? OptionalDouble.empty() : number("kv_swa_mib");
  }

  /** Everything on the device by name of the cache's storage, where only that was read off. */
  Map<String, Double> totals() {
    return below("total_mib_");
  }

  /** What one token takes in the cache by name of its storage, in MiB. */
  Map<String, Double> perToken() {
    Map<String, Double> sizes = new LinkedHashMap<>();
    below("kv_kb_per_token_").forEach((name, kib) -> sizes.put(name, kib / 1024));
    return sizes;
  }

  /** Numbers whose key begins so, by the rest of the key. */
  private Map<String, Double> below(String prefix) {
    Map<String, Double> found = new LinkedHashMap<>();
    stated
        .numbers()
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
              }
            });
    return found;
  }

  /** Sizes of files by name of model and format. */
  Map<String, Double> files() {
    Map<String, Double> sizes = new LinkedHashMap<>();
    stated
        .below("final_gb")
        .numbers()
        .forEach((name, gigabytes) -> sizes.put(name, gigabytes * 1e9 / MIB));
    return sizes;
  }

  /**
   * Weights of all cards together by name of the format.
   *
   * @param cards that each hold an equal part
   * @param format name of the case's own format
   */
  Map<String, Double> weightsByFormat(int cards, String format) {
    Map<String, Double> sizes = new LinkedHashMap<>();
    rank(stated).ifPresent(gib -> sizes.put(format, gib * cards * MIB_PER_GIB));
    for (String key : stated.values().keySet()) {
      rank(stated.below(key)).ifPresent(gib -> sizes.put(key, gib * cards * MIB_PER_GIB));
    }
    return sizes;
  }

  private static OptionalDouble rank(Facts facts) {
    OptionalDouble rank = facts.number("weights_per_rank_gib");
    return rank.isPresent() ? rank : facts.number("weights_per_gpu_gib");
  }

  /** The whole card as the log has it. */
  OptionalDouble card() {
    return scaled(number("total_gpu_gib"), MIB_PER_GIB);
  }

  /** The cache of vLLM. */
  OptionalDouble cacheBudget() {
    return scaled(number("kv_gib"), MIB_PER_GIB);
  }

  /** A number, or the sum of one for each device. */
  private OptionalDouble sum(String key) {
    Map<String, Double> devices = stated.below(key).numbers();
    return devices.isEmpty()
        ? number(key)
        : OptionalDouble.of(devices.values().stream().mapToDouble(Double::doubleValue).sum());
  }

  private OptionalDouble number(String key) {
    return stated.number(key);
  }

  private static OptionalDouble scaled(OptionalDouble value, double factor) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor) : value;
  }
}
