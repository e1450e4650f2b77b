package headroom.model;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.TensorInfo;
import headroom.quant.AsStored;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Turns a GGUF header into the facts of the model that the file holds. */
public final class HeaderModel {
  /** {@code LLAMA_MAX_LAYERS} of llama-hparams.h. */
  private static final int MOST_LAYERS = 512;

  /** Layers with a cache of their own in Gemma 3n (gemma3n.cpp); the others read the last two. */
  private static final int GEMMA3N_OWN_CACHES = 20;

  private final GgufHeader first;
  private final List<TensorInfo> tensors;
  private final ArchitectureKeys keys;

  private HeaderModel(List<GgufHeader> parts) {
    this.first = parts.getFirst();
    this.tensors = parts.stream().flatMap(part -> part.tensors().stream()).toList();
    this.keys = new ArchitectureKeys(first.source(), first.metadata());
    requireAllParts(parts);
  }

  /**
   * The model in one file.
   *
   * @throws GgufFormatException where a key is missing, facts contradict each other, or the file is
   *     one of several parts
   */
  public static ModelSpec of(GgufHeader header) {
    return of(List.of(header));
  }

  /**
   * The model in these parts.
   *
   * @param parts all of them, in order; see {@link headroom.gguf.GgufParts}
   * @throws GgufFormatException as {@link #of(GgufHeader)}
   */
  public static ModelSpec of(List<GgufHeader> parts) {
    return new HeaderModel(parts).spec();
  }

  /** How the tensors of these parts are stored, and the bytes of all files together. */
  public static AsStored stored(List<GgufHeader> parts) {
    Map<String, QuantFormat> formats = new LinkedHashMap<>();
    long bytes = 0;
    for (GgufHeader part : parts) {
      part.tensors().forEach(tensor -> formats.put(tensor.name(), tensor.format()));
      bytes += part.fileBytes();
    }
    return new AsStored(formats, Bytes.of(bytes));
  }

  private ModelSpec spec() {
    String architecture = keys.architecture();
    if (architecture.equals("clip")) {
      throw keys.fault("found a vision projector (architecture 'clip'); wanted a language model");
    }
    int stored = keys.getInt("block_count");
    int drafting = keys.findInt("nextn_predict_layers").orElse(0);
    int count = stored - drafting;
    if (count < 1 || stored > MOST_LAYERS) {
      throw keys.fault(
          "found %d layers, %d of them for drafting; wanted 1 to %d, one at least not for drafting"
              .formatted(stored, drafting, MOST_LAYERS));
    }
    TensorInfo embedding = embedding();
    List<Map<String, TensorInfo>> perLayer = perLayer(stored);
    ModelSpec model =
        new ModelSpec(
            first.source(),
            first.metadata().findString("general.name").orElse(first.source()),
            architecture,
            keys.getInt("embedding_length"),
            (int) embedding.rows(),
            tensors.stream().noneMatch(tensor -> tensor.name().equals("output.weight")),
            layers(perLayer, count),
            facts(layer -> layer < count),
            keys.findInt("context_length"));
    // Files may announce a layer for drafting and leave its tensors out.
    return drafting > 0 && !perLayer.get(count).isEmpty()
        ? model.with(Optional.empty(), head(model, perLayer, count))
        : model;
  }

  /**
   * The layers for drafting; empty where their facts disagree, as the model runs without them too.
   */
  private Optional<ModelSpec> head(
      ModelSpec model, List<Map<String, TensorInfo>> perLayer, int count) {
    List<LayerSpec> layers = new ArrayList<>();
    try {
      for (int i = count; i < perLayer.size(); i++) {
        HeaderLayer layer = new HeaderLayer(keys, i, perLayer.size(), perLayer.get(i));
        layers.add(new LayerSpec(layer.attention(OptionalInt.empty()), layer.feedForward(), true));
      }
    } catch (GgufFormatException unreadable) {
      return Optional.empty();
    }
    List<TensorFacts> own =
        facts(layer -> layer >= count).stream()
            .map(tensor -> tensor.inLayer(tensor.layer().orElse(count) - count))
            .toList();
    return Optional.of(model.predictionHead(layers, own));
  }

  private TensorInfo embedding() {
    TensorInfo embedding =
        tensors.stream()
            .filter(tensor -> tensor.name().equals("token_embd.weight"))
            .findFirst()
            .orElseThrow(
                () ->
                    keys.fault(
                        "found no tensor 'token_embd.weight' among %d; wanted a language model"
                            .formatted(tensors.size())));
    requireEqual(
        keys.key("embedding_length"),
        keys.getInt("embedding_length"),
        "row length",
        embedding.rowLength(),
        embedding);
    keys.findInt("vocab_size")
        .ifPresent(
            size ->
                requireEqual(
                    keys.key("vocab_size"), size, "row count", embedding.rows(), embedding));
    if (first.metadata().find("tokenizer.ggml.tokens").orElse("") instanceof List<?> tokens
        && !tokens.isEmpty()) {
      requireEqual(
          "tokenizer.ggml.tokens (length)",
          tokens.size(),
          "row count",
          embedding.rows(),
          embedding);
    }
    if (embedding.rows() > Integer.MAX_VALUE) {
      throw keys.fault("found %d tokens; wanted fewer than 2^31".formatted(embedding.rows()));
    }
    return embedding;
  }

  private List<Map<String, TensorInfo>> perLayer(int stored) {
    List<Map<String, TensorInfo>> perLayer = new ArrayList<>();
    for (int i = 0; i < stored; i++) {
      perLayer.add(new LinkedHashMap<>());
    }
    for (TensorInfo tensor : tensors) {
      OptionalInt layer = TensorNames.layer(tensor.name());
      if (layer.isPresent() && layer.getAsInt() >= stored) {
        throw keys.fault(
            "found key '%s' = %d but a tensor '%s'; wanted layers 0 to %d"
                .formatted(keys.key("block_count"), stored, tensor.name(), stored - 1));
      }
      layer.ifPresent(i -> perLayer.get(i).put(TensorNames.stem(tensor.name()), tensor));
    }
    return perLayer;
  }

  private List<LayerSpec> layers(List<Map<String, TensorInfo>> perLayer, int count) {
    SlidingWindowRules windows = SlidingWindowRules.of(keys, count);
    int ownCaches = ownCaches(perLayer.size());
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HeaderLayer layer = new HeaderLayer(keys, i, count, perLayer.get(i));
      layers.add(
          new LayerSpec(
              layer.attention(windows.windowOf(i)),
              layer.feedForward(),
              i < ownCaches,
              layer.beside()));
    }
    return layers;
  }

  /** {@code n_layer_kv_from_start}: layers from the first that keep keys and values themselves. */
  private int ownCaches(int stored) {
    return switch (keys.architecture()) {
      case "gemma3n" -> GEMMA3N_OWN_CACHES;
      case "gemma4" -> stored - keys.findInt("attention.shared_kv_layers").orElse(0);
      default -> stored;
    };
  }

  /** Tensors of these layers; those outside the layers count as the first's. */
  private List<TensorFacts> facts(IntPredicate wanted) {
    return tensors.stream()
        .filter(tensor -> wanted.test(TensorNames.layer(tensor.name()).orElse(0)))
        .map(
            tensor ->
                new TensorFacts(
                    tensor.name(),
                    TensorNames.role(
                        tensor.name(),
                        tensor.shape().stream().skip(1).anyMatch(n -> n > 1) ? 2 : 1),
                    TensorNames.layer(tensor.name()),
                    tensor.rowLength(),
                    tensor.rows()))
        .toList();
  }

  private void requireAllParts(List<GgufHeader> parts) {
    long wanted = first.metadata().findLong("split.count").orElse(1);
    if (wanted > 1 && wanted != parts.size()) {
      throw keys.fault(
          "found part %d of a model split in %d; wanted all %d parts together"
              .formatted(first.metadata().findLong("split.no").orElse(0) + 1, wanted, wanted));
    }
  }

  private void requireEqual(String key, long stated, String what, long found, TensorInfo tensor) {
    if (stated != found) {
      throw keys.fault(
          "found key '%s' = %d but '%s' with a %s of %d; wanted them equal"
              .formatted(key, stated, tensor.name(), what, found));
    }
  }
}
