package headroom.fit;

import headroom.fit.StoredWeights.StoredTensor;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bytes of a model's layers in one weight format, summed once so that laying them out is a matter
 * of adding. Nothing in it changes after it is made.
 */
final class LayerTable {
  private static final Map<ModelSpec, Map<WeightFormat, LayerTable>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final StoredWeights weights;
  private final List<LayerSpec> kinds;
  private final int[] kindOf; // [layers], index into kinds
  private final long[] dense; // [layers], bytes of all but experts
  private final long[] matrices; // [layers], those of them that a row split divides
  private final long[] experts; // [layers], bytes
  private final long[] activeExperts; // [layers], bytes that one token reads
  private final long[] largestExperts; // [layers], bytes of the largest expert tensor
  private long embedding;
  private long perLayerEmbedding;
  private long output;
  private long largestMatrix;
  private boolean fused;
  private boolean recurrent;
  private long scanInput;
  private long scanOutput;

  private LayerTable(ModelSpec model, StoredWeights weights) {
    this.weights = weights;
    int layers = model.layers().size();
    Map<LayerSpec, Integer> known = new LinkedHashMap<>();
    kindOf = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      Integer seen = known.putIfAbsent(model.layers().get(layer), known.size());
      kindOf[layer] = seen == null ? known.size() - 1 : seen;
    }
    kinds = new ArrayList<>(known.keySet());
    for (LayerSpec kind : kinds) {
      recurrent |= kind.attention() instanceof AttentionSpec.Recurrent;
    }
    dense = new long[layers];
    matrices = new long[layers];
    experts = new long[layers];
    activeExperts = new long[layers];
    largestExperts = new long[layers];
    for (StoredTensor tensor : weights.tensors()) {
      add(model, tensor);
    }
    if (model.tiedEmbeddings()) {
      output += embedding;
    }
  }

  private void add(ModelSpec model, StoredTensor tensor) {
    TensorFacts facts = tensor.facts();
    // The first layers tell: those of another kind come after them.
    fused |= facts.role() == TensorRole.ATTENTION_QKV && facts.layer().orElse(0) < 4;
    if (facts.name().endsWith(".ssm_in.weight")) {
      scanInput = facts.rows();
    } else if (facts.name().endsWith(".ssm_out.weight")) {
      scanOutput = facts.rowLength();
    }
    long bytes = tensor.bytes().value();
    switch (facts.role()) {
      case TOKEN_EMBEDDING -> {
        embedding += bytes;
        return;
      }
      case PER_LAYER_EMBEDDING -> {
        perLayerEmbedding += bytes;
        return;
      }
      default -> {
        // Placed with its layer below.
      }
    }
    int layer = facts.layer().orElse(dense.length);
    if (layer >= dense.length) {
      output += bytes;
      return;
    }
    if (isExpert(facts)) {
      experts[layer] += bytes;
      activeExperts[layer] += Math.round(bytes * expertShare(model, layer));
      largestExperts[layer] = Math.max(largestExperts[layer], bytes);
      return;
    }
    dense[layer] += bytes;
    if (facts.rows() > 1 && facts.role() != TensorRole.UNQUANTISED) {
      matrices[layer] += bytes;
      largestMatrix = Math.max(largestMatrix, bytes);
    }
  }

  /** Of the experts of a layer, the part that serves one token. */
  private static double expertShare(ModelSpec model, int layer) {
    return model.layers().get(layer).feedForward() instanceof FeedForward.MixtureOfExperts own
        ? (double) own.expertsActive() / own.experts()
        : model
            .mixtureOfExperts()
            .map(any -> (double) any.expertsActive() / any.experts())
            .orElse(1.0);
  }

  /**
   * The table of a model in a format, made when it is first asked for.
   *
   * @throws IllegalArgumentException where a file's header lacks a tensor of the model
   */
  static LayerTable of(ModelSpec model, WeightFormat format) {
    Map<WeightFormat, LayerTable> known = KNOWN.get(model);
    if (known == null) {
      known = KNOWN.computeIfAbsent(model, key -> new ConcurrentHashMap<>());
    }
    LayerTable table = known.get(format);
    return table != null
        ? table
        : known.computeIfAbsent(format, key -> new LayerTable(model, StoredWeights.of(model, key)));
  }

  /**
   * What {@code --n-cpu-moe} keeps on the host, biases included ({@code LLM_FFN_EXPS_REGEX} in
   * https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/common.h).
   */
  static boolean isExpert(TensorFacts tensor) {
    return tensor.name().contains("_exps") || tensor.name().contains("_chexps");
  }

  StoredWeights weights() {
    return weights;
  }

  int layers() {
    return dense.length;
  }

  /** True where queries, keys and values are one projection. */
  boolean isFused() {
    return fused;
  }

  /** True where some layers have a state instead of a cache. */
  boolean isRecurrent() {
    return recurrent;
  }

  /** Elements of a token that a Mamba layer projects to; 0 where there is none. */
  long scanInput() {
    return scanInput;
  }

  /** Elements of a token that the scan of such a layer gives; 0 where there is none. */
  long scanOutput() {
    return scanOutput;
  }

  /** The layers that differ in shape, each once. */
  List<LayerSpec> kinds() {
    return Collections.unmodifiableList(kinds);
  }

  int kindOf(int layer) {
    return kindOf[layer];
  }

  long dense(int layer) {
    return dense[layer];
  }

  long matrices(int layer) {
    return matrices[layer];
  }

  long experts(int layer) {
    return experts[layer];
  }

  long activeExperts(int layer) {
    return activeExperts[layer];
  }

  long largestExperts(int layer) {
    return largestExperts[layer];
  }

  /** The largest matrix of any layer, experts left out. */
  long largestMatrix() {
    return largestMatrix;
  }

  /** Whether any layer has experts. */
  boolean hasExperts() {
    for (long bytes : experts) {
      if (bytes > 0) {
        return true;
      }
    }
    return false;
  }

  /** The token embedding. */
  long embedding() {
    return embedding;
  }

  long perLayerEmbedding() {
    return perLayerEmbedding;
  }

  /** What goes with the output: its matrix or the tied embedding, norms, layers of a draft. */
  long output() {
    return output;
  }
}
