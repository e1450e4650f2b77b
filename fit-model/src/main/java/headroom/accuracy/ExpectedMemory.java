package headroom.accuracy;

import headroom.measure.Facts;
import headroom.units.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

  /** Weights on the GPUs, all of them together. */
  OptionalDouble deviceWeights() {
    return sum("weights_gpu_mib");
  }

  /** All weights, or the size of the file, which has a few MB of vocabulary beside them. */
  OptionalDouble allWeights(long parameters) {
    OptionalDouble bits = number("bpw");
    OptionalDouble decimal = number("size_gb");
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

  /** The scratch buffer of the one device that computes. */
  OptionalDouble compute() {
    boolean stated = this.stated.values().containsKey("compute_gpu_mib");
    int devices = this.stated.below("compute_gpu_mib").numbers().size();
    return switch (placement) {
      case CPU -> !stated ? number("compute_mib") : OptionalDouble.empty();
      case GPU -> {
        if (!stated) {
          yield number("compute_mib");
        }
        yield devices > 1 ? OptionalDouble.empty() : sum("compute_gpu_mib");
      }
      case PARTIAL -> OptionalDouble.empty();
    };
  }

  /** Everything on the device with a 16-bit cache, where only that was read off. */
  Optional<Double> total() {
    OptionalDouble total = number("total_mib_fp16kv");
    return total.isPresent() ? Optional.of(total.getAsDouble()) : Optional.empty();
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
