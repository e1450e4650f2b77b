package headroom.inference.architecture;

import headroom.inference.ModelFormatException;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.WeightFile;
import headroom.inference.transformer.Transformer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The one table of architectures, by {@code general.architecture}, never by file name. */
public final class Architectures {
  private static final Map<String, Architecture> BY_NAME =
      new TreeMap<>(
          Map.of(
              "llama", new Llama(),
              "qwen2", new Qwen2(),
              "qwen3", new Qwen3(),
              "phi3", new Phi3(),
              "gemma2", new Gemma2()));

  private Architectures() {}

  /** The names of those that can be run. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /**
   * Reads the model in this file.
   *
   * @throws ModelFormatException where the architecture is unknown, a tensor or key is missing or
   *     has another shape than the rest of the header implies
   */
  public static Transformer read(WeightFile file, Kernels kernels, Threads threads) {
    String name = file.header().metadata().getString("general.architecture");
    Architecture architecture = BY_NAME.get(name);
    if (architecture == null) {
      throw new ModelFormatException(
          file.header().source(),
          "key 'general.architecture' is '%s'; this build runs %s"
              .formatted(name, String.join(", ", names())));
    }
    Architecture.Loaded loaded = architecture.read(new ModelReader(file, kernels, name));
    return new Transformer(loaded.spec(), loaded.weights(), kernels, threads);
  }
}
