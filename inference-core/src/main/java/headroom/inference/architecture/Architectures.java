package headroom.inference.architecture;

import headroom.inference.ModelFormatException;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.WeightFile;
import headroom.inference.transformer.Transformer;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The one table of architectures, by {@code general.architecture}, never by file name. */
public final class Architectures {
  private static final Map<String, Architecture> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bitnet", new Bitnet()),
              Map.entry("cohere2", new Cohere2()),
              Map.entry("command-r", new CommandR()),
              Map.entry("deepseek2", new Deepseek2()),
              Map.entry("deepseek32", new Deepseek32()),
              Map.entry("ernie4_5", new Ernie45()),
              Map.entry("ernie4_5-moe", new Ernie45()),
              Map.entry("exaone4", new Exaone4()),
              Map.entry("falcon", new Falcon()),
              Map.entry("gemma", new Gemma()),
              Map.entry("gemma2", new Gemma2()),
              Map.entry("gemma3", new Gemma3()),
              Map.entry("gemma4", new Gemma4()),
              Map.entry("gemma3n", new Gemma3n()),
              Map.entry("glm-dsa", new GlmDsa()),
              Map.entry("glm4", new Glm4()),
              Map.entry("glm4moe", new Glm4Moe()),
              Map.entry("gpt-oss", new GptOss()),
              Map.entry("granite", new Granite()),
              Map.entry("granitehybrid", new GraniteHybrid()),
              Map.entry("granitemoe", new Granite()),
              Map.entry("hunyuan-moe", new HunyuanMoe()),
              Map.entry("internlm2", new Llama()),
              Map.entry("jamba", new Jamba()),
              Map.entry("lfm2", new Lfm2()),
              Map.entry("lfm2moe", new Lfm2()),
              Map.entry("llama", new Llama()),
              Map.entry("llama4", new Llama4()),
              Map.entry("mamba", new Mamba()),
              Map.entry("minimax-m2", new MinimaxM2()),
              Map.entry("mistral3", new Mistral3()),
              Map.entry("nemotron_h", new NemotronH()),
              Map.entry("nemotron_h_moe", new NemotronH()),
              Map.entry("olmo2", new Olmo2()),
              Map.entry("phi2", new Phi2()),
              Map.entry("phi3", new Phi3()),
              Map.entry("phimoe", new PhiMoe()),
              Map.entry("qwen2", new Qwen2()),
              Map.entry("qwen2moe", new Qwen2Moe()),
              Map.entry("qwen3", new Qwen3()),
              Map.entry("qwen35", new Qwen35()),
              Map.entry("qwen35moe", new Qwen35()),
              Map.entry("qwen3moe", new Qwen3Moe()),
              Map.entry("qwen3next", new Qwen3Next()),
              Map.entry("smollm3", new Smollm3()),
              Map.entry("stablelm", new Stablelm()),
              Map.entry("starcoder2", new Starcoder2())));

  private Architectures() {}

  /** The names of those that can be run. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /**
   * Reads the model in this file.
   *
   * @param activeExperts that serve a token, where not as many as the file says
   * @throws ModelFormatException where the architecture is unknown, a tensor or key is missing or
   *     has another shape than the rest of the header implies
   */
  public static Transformer read(
      WeightFile file, Kernels kernels, Threads threads, OptionalInt activeExperts) {
    String name = file.header().metadata().getString("general.architecture");
    Architecture architecture = BY_NAME.get(name);
    if (architecture == null) {
      throw new ModelFormatException(
          file.header().source(),
          "key 'general.architecture' is '%s'; this build runs %s"
              .formatted(name, String.join(", ", names())));
    }
    Architecture.Loaded loaded =
        architecture.read(new ModelReader(file, kernels, threads, name, activeExperts));
    return new Transformer(loaded.spec(), loaded.weights(), kernels, threads);
  }
}
