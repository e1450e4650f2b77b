package headroom.accuracy;

import headroom.fit.Engine;
import headroom.fit.LlamaCppBuild;
import headroom.measure.CaseRow;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The engine that a log comes from, with the settings that it shows. */
final class NamedEngine {
  private static final Pattern LATENT_MODE = Pattern.compile("-mla (\\d)");
  private static final Pattern ATTENTION_BATCH = Pattern.compile("-amb (\\d{1,6})");

  /** ik_llama.cpp's own default since May 2025. */
  private static final int USUAL_LATENT_MODE = 3;

  /** vLLM's default before version 0.11. */
  private static final double USUAL_UTILISATION = 0.9;

  private NamedEngine() {}

  /**
   * @param batchedTokens tokens of one step of vLLM, which is as long as the longest context unless
   *     prompts are cut in chunks
   */
  static Engine of(CaseRow row, int batchedTokens) {
    String name = row.text("engine").orElse("llama.cpp").toLowerCase(Locale.ROOT);
    String told =
        String.join(" ", name, row.text("quant").orElse(""), row.text("notes").orElse(""))
            .toLowerCase(Locale.ROOT);
    if (name.contains("ik_llama")) {
      return new Engine.IkLlamaCpp(latentMode(row, told), number(ATTENTION_BATCH, told));
    }
    if (name.contains("vllm")) {
      return new Engine.Vllm(
          row.number("gpu_memory_utilization").orElse(USUAL_UTILISATION),
          Math.max(1, batchedTokens));
    }
    if (name.contains("exllama")) {
      return new Engine.ExLlama(name.contains("v2") ? 2 : 3);
    }
    if (name.contains("mlx")) {
      return new Engine.Mlx();
    }
    boolean wholeWindows =
        told.contains("no swa cache")
            || told.contains("before swa cache")
            || told.contains("swa-full");
    boolean before2025 = told.contains("before swa cache") || told.contains("old per-expert");
    return new Engine.LlamaCpp(
        wholeWindows,
        true,
        before2025 ? LlamaCppBuild.GATES_IN_PLACE : LlamaCppBuild.LOGITS_OF_BATCH);
  }

  /** Where values are stored at all, latents are not. */
  private static int latentMode(CaseRow row, String told) {
    OptionalInt mode = number(LATENT_MODE, told);
    if (mode.isPresent() && mode.getAsInt() <= 3) {
      return mode.getAsInt();
    }
    boolean values = row.text("kv_type_v").filter(type -> !type.equals("none")).isPresent();
    return values || told.contains("mla off") ? 0 : USUAL_LATENT_MODE;
  }

  private static OptionalInt number(Pattern pattern, String told) {
    Matcher matcher = pattern.matcher(told);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
