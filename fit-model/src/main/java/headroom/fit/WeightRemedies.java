package headroom.fit;

import headroom.fit.Remedy.Change;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Fewer bits for each weight, or fewer weights. */
final class WeightRemedies {
  /** What people download, largest first. */
  private static final List<GgufMix> MIXES =
      List.of(
          GgufMix.Q8_0,
          GgufMix.Q6_K,
          GgufMix.Q5_K_M,
          GgufMix.Q4_K_M,
          GgufMix.IQ4_XS,
          GgufMix.Q3_K_M,
          GgufMix.IQ3_XXS,
          GgufMix.Q2_K,
          GgufMix.IQ2_XXS,
          GgufMix.IQ1_S);

  private final RemedySearch search;
  private final FitQuestion asked;
  private final List<WeightFormat> smaller;

  /**
   * @param formats that the question's engine reads, where that is not GGUF
   */
  WeightRemedies(RemedySearch search, List<WeightFormat> formats) {
    this.search = search;
    this.asked = search.asked();
    this.smaller = isAnyModels() ? smaller(formats) : List.of();
  }

  /** True where the weights are a format that any model can be stored in, and no file. */
  private boolean isAnyModels() {
    return asked.weights() instanceof GgufMix || asked.weights() instanceof FlatFormat;
  }

  private List<WeightFormat> smaller(List<WeightFormat> formats) {
    boolean gguf =
        asked.engine() instanceof Engine.LlamaCpp
            || asked.engine() instanceof Engine.IkLlamaCpp
            || asked.engine() instanceof Engine.Embedded;
    long now = RemedySearch.weightBytes(asked);
    List<WeightFormat> found = new ArrayList<>(gguf ? MIXES : formats);
    found.removeIf(format -> bytes(format) >= now);
    found.sort(Comparator.comparingLong(this::bytes).reversed());
    return found;
  }

  private long bytes(WeightFormat format) {
    return RemedySearch.weightBytes(asked.withWeights(format));
  }

  /** Formats smaller than that of the question that its engine reads, largest first. */
  List<WeightFormat> smaller() {
    return smaller;
  }

  /** The largest of them that fits. */
  void smallerFormat() {
    for (WeightFormat format : smaller) {
      if (search.ask(new Change.SmallerWeights(format), asked.withWeights(format))) {
        return;
      }
    }
    if (!smaller.isEmpty()) {
      WeightFormat smallest = smaller.getLast();
      search.deadEnd(
          new Change.SmallerWeights(smallest), asked.withWeights(smallest), bitsThatWouldDo());
    }
  }

  /** What is left of all cards beside everything else, over all parameters of the model. */
  private OptionalDouble bitsThatWouldDo() {
    long room = 0;
    for (CardLoad card : search.report().cards()) {
      room += card.usable().orElse(Bytes.ZERO).value();
    }
    for (MemoryLine line : search.report().memory().lines()) {
      if (line.place().isCard() && line.quantity() != MemoryLine.Quantity.WEIGHTS) {
        room -= line.bytes().value();
      }
    }
    long parameters = asked.model().parameters();
    return room > 0 && parameters > 0
        ? OptionalDouble.of(8.0 * room / parameters)
        : OptionalDouble.empty();
  }

  /**
   * The largest model of the same family that fits as the weights are stored.
   *
   * @param relatives largest first
   */
  void smallerModel(List<ModelSpec> relatives) {
    if (!isAnyModels()) {
      return;
    }
    for (ModelSpec model : relatives) {
      int context =
          Math.min(asked.contextLength(), model.maxContext().orElse(asked.contextLength()));
      if (search.ask(
          new Change.SmallerModel(model), asked.withModel(model).withContextLength(context))) {
        return;
      }
    }
  }
}
