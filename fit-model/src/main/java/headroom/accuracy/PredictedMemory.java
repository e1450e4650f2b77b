package headroom.accuracy;

import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.StoredWeights;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.model.TensorRole;
import java.util.List;
import java.util.function.Predicate;

/**
 * The answer to one question, summed as logs sum it; all amounts in bytes.
 *
 * @param question that was answered
 * @param lines of the answer
 */
record PredictedMemory(FitQuestion question, List<MemoryLine> lines) {

  static PredictedMemory of(FitQuestion question) {
    return new PredictedMemory(question, Fit.answer(question).memory().lines());
  }

  /** The same with keys and values in other formats. */
  PredictedMemory withCache(CacheFormat keys, CacheFormat values) {
    return of(question.withCache(keys, values));
  }

  /** Everything on the cards. */
  double onCards() {
    return sum(line -> line.place().isCard());
  }

  double weightsOnCards() {
    return sum(line -> line.place().isCard() && line.quantity() == Quantity.WEIGHTS);
  }

  /** What an engine keeps beside the weights that the file has. */
  double besideWeights() {
    return sum(
        line -> line.what().equals("padding of experts") || line.what().equals("vision projector"));
  }

  double cache() {
    return sum(line -> line.quantity() == Quantity.KV);
  }

  /** The cache without recurrent states, which logs name in a line of their own. */
  double cacheWithoutStates() {
    return sum(line -> line.quantity() == Quantity.KV && !line.what().equals("recurrent state"));
  }

  double windowCache() {
    return sum(line -> line.quantity() == Quantity.KV && line.what().contains("sliding window"));
  }

  double scratchOnCards() {
    return sum(line -> line.place().isCard() && line.quantity() == Quantity.COMPUTE);
  }

  /** A card without layers still makes the logits, and copies the output matrix for them. */
  double scratchWithoutLayers() {
    ModelSpec model = question.model();
    long tokens = Math.min(question.microBatch(), question.contextLength());
    double matrix =
        StoredWeights.of(model, question.weights())
            .bytesOf(model.tiedEmbeddings() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT)
            .value();
    return matrix
        + (double) Float.BYTES * tokens * (model.vocabularySize() + model.embeddingSize());
  }

  private double sum(Predicate<MemoryLine> wanted) {
    return lines.stream().filter(wanted).mapToDouble(line -> line.bytes().value()).sum();
  }
}
