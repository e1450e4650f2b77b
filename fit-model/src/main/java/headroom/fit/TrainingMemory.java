package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Techniques.Training;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.units.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What fine-tuning adapters on frozen weights keeps beside those weights: adapters with their
 * gradients and optimiser states, and what gradient checkpointing leaves of the activations.
 */
final class TrainingMemory {
  private static final String CHECKPOINTING =
      "arXiv 1604.06174: the input of every layer is kept, the rest of one layer computed again";
  private static final int BF16_BYTES = 2;
  private static final int F32_BYTES = 4;

  /** Adapter and gradient in BF16; AdamW's two moments in F32. */
  private static final int BYTES_PER_TRAINED = 2 * BF16_BYTES + 2 * F32_BYTES;

  private TrainingMemory() {}

  static List<MemoryLine> lines(FitQuestion question, Training training) {
    ModelSpec model = question.model();
    long trained = Math.round(model.parameters() * training.adapterShare());
    long tokens = question.contextLength();
    int layers = model.layers().size();
    long width = widestLayer(model);
    return List.of(
        line(
            "adapters, gradients and AdamW states",
            Quantity.OVERHEAD,
            Math.multiplyExact(trained, (long) BYTES_PER_TRAINED),
            () ->
                String.format(
                    Locale.ROOT,
                    "%s × %,d weights = %,d × (2 B adapter + 2 B gradient + 2 × 4 B moments)",
                    training.adapterShare(),
                    model.parameters(),
                    trained),
            training.source()),
        line(
            "checkpointed layer inputs",
            Quantity.COMPUTE,
            tokens * layers * model.embeddingSize() * BF16_BYTES,
            () ->
                "%d tokens × %d layers × %d embedding × %d B"
                    .formatted(tokens, layers, model.embeddingSize(), BF16_BYTES),
            CHECKPOINTING),
        line(
            "one layer computed again, with gradients",
            Quantity.COMPUTE,
            tokens * width * 2 * BF16_BYTES,
            () -> "%d tokens × %d elements × 2 × %d B".formatted(tokens, width, BF16_BYTES),
            CHECKPOINTING),
        line(
            "logits and their gradient",
            Quantity.COMPUTE,
            tokens * model.vocabularySize() * 2 * F32_BYTES,
            () ->
                "%d tokens × %d vocabulary × 2 × %d B"
                    .formatted(tokens, model.vocabularySize(), F32_BYTES),
            "one F32 value and one gradient per token and word of the vocabulary"));
  }

  /** Two norms, query, key, value, attention's output and the feed-forward network's three. */
  private static long widestLayer(ModelSpec model) {
    long widest = 0;
    for (LayerSpec layer : model.layers()) {
      long inner =
          switch (layer.feedForward()) {
            case FeedForward.Dense dense -> (dense.gated() ? 3L : 2L) * dense.size();
            case FeedForward.MixtureOfExperts experts ->
                3L * experts.expertSize() * experts.expertsActive()
                    + 3L * experts.sharedSize().orElse(0);
            case FeedForward.None none -> 0;
          };
      widest = Math.max(widest, 6L * model.embeddingSize() + inner);
    }
    return widest;
  }

  private static MemoryLine line(
      String what, Quantity quantity, long bytes, Supplier<String> formula, String source) {
    return new MemoryLine(what, quantity, Place.DEVICE, Bytes.of(bytes), formula, source);
  }
}
