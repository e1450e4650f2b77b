package headroom.fit;

import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Models whose sliding window an engine does not apply: every layer then keeps the whole context.
 *
 * <p>llama.cpp reads no window for these architectures
 * (https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/models/llama.cpp),
 * and of Phi-3 it ignores what it reads, as converted files carry wrong values
 * (https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/models/phi3.cpp#L13).
 * ik_llama.cpp comes of it, and our own engine follows it to give the same answers.
 */
final class WindowRules {
  private static final Set<String> WITHOUT =
      Set.of("llama", "mistral3", "phi3", "phimoe", "qwen2", "qwen2moe", "qwen3", "qwen3moe");

  private static final Map<ModelSpec, ModelSpec> WHOLE =
      Collections.synchronizedMap(new WeakHashMap<>());

  private WindowRules() {}

  /** The same question of a model without windows where the engine applies none. */
  static FitQuestion apply(FitQuestion asked, List<Supplier<String>> notes) {
    boolean follows = EngineRules.isLlama(asked) || asked.engine() instanceof Engine.Embedded;
    if (!follows || !WITHOUT.contains(asked.model().architecture())) {
      return asked;
    }
    int window = widest(asked.model());
    if (window == 0) {
      return asked;
    }
    if (asked.contextPerSequence() > window) {
      notes.add(
          () ->
              ("%s applies no sliding window to models of architecture '%s': every layer keeps all"
                      + " %d tokens of context, not the window of %d.")
                  .formatted(
                      EngineRules.name(asked.engine()),
                      asked.model().architecture(),
                      asked.contextPerSequence(),
                      window));
    }
    return asked.withModel(WHOLE.computeIfAbsent(asked.model(), WindowRules::whole));
  }

  /** Tokens of the widest window; 0 where layers have none. */
  private static int widest(ModelSpec model) {
    int widest = 0;
    for (LayerSpec layer : model.layers()) {
      if (layer.attention() instanceof AttentionSpec.SlidingWindow window) {
        widest = Math.max(widest, window.window());
      }
    }
    return widest;
  }

  private static ModelSpec whole(ModelSpec model) {
    return model.withLayers(
        model.layers().stream()
            .map(
                layer ->
                    layer.attention() instanceof AttentionSpec.SlidingWindow window
                        ? layer.withAttention(window.heads())
                        : layer)
            .toList());
  }
}
