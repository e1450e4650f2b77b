package headroom.catalogue;

import headroom.model.ImageSizes;
import headroom.model.Projector;
import headroom.units.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The tables of a model file that its layers and tensors follow from; sizes are in elements. */
public final class Shape {
  private Shape() {}

  /**
   * @param kind in words: dense, moe, hybrid …
   * @param hfClass class name in its config.json
   * @param gguf {@code general.architecture} of its GGUF files
   * @param layers layers of the text decoder, without those for multi-token prediction
   * @param embeddingSize width of the residual stream
   * @param vocabularySize rows of the token embedding
   * @param tiedEmbeddings true where the output matrix is the token embedding
   * @param mtpLayers layers for multi-token prediction, stored beside the decoder and not counted
   */
  public record Architecture(
      String kind,
      String hfClass,
      String gguf,
      int layers,
      int embeddingSize,
      int vocabularySize,
      boolean tiedEmbeddings,
      OptionalInt mtpLayers) {
    public Architecture {
      Range.text("kind", kind);
      Range.text("hf_class", hfClass);
      Range.text("gguf", gguf);
      Range.between("layers", 1, 1024, layers);
      Range.between("embedding_size", 64, 1 << 17, embeddingSize);
      Range.between("vocabulary_size", 256, 1 << 22, vocabularySize);
    }
  }

  /**
   * @param heads query heads
   * @param kvHeads key-value heads, empty with latent attention
   * @param keySize elements of one key head, empty with latent attention
   * @param valueSize elements of one value head, empty with latent attention
   * @param biases true where query, key and value have biases
   * @param queryKeyNorm {@code per-head} or {@code full}, where queries and keys are normed
   * @param globalKvHeads key-value heads of global layers, where they differ from local ones
   * @param globalHeadSize elements of a head of global layers, where they differ
   * @param layersWithoutOwnCache last layers that read an earlier layer's keys and values
   * @param layerIndices layers with attention in a hybrid model, from 0
   * @param compressionRatios tokens per compressed cache entry, layer by layer, 0 for none
   * @param latent multi-head latent attention
   * @param indexer sparse-attention indexer
   * @param slidingWindow local layers
   */
  public record Attention(
      int heads,
      OptionalInt kvHeads,
      OptionalInt keySize,
      OptionalInt valueSize,
      Optional<Boolean> biases,
      Optional<String> queryKeyNorm,
      OptionalInt globalKvHeads,
      OptionalInt globalHeadSize,
      OptionalInt layersWithoutOwnCache,
      Optional<List<Integer>> layerIndices,
      List<Integer> compressionRatios,
      Optional<Latent> latent,
      Optional<Indexer> indexer,
      Optional<SlidingWindow> slidingWindow) {
    public Attention {
      Range.atLeast("attention.heads", 1, heads);
      Range.positive("attention.kv_heads", kvHeads);
      Range.positive("attention.key_size", keySize);
      Range.positive("attention.value_size", valueSize);
      layerIndices = layerIndices.map(List::copyOf);
      compressionRatios = List.copyOf(compressionRatios);
      boolean grouped = kvHeads.isPresent() && keySize.isPresent() && valueSize.isPresent();
      if (grouped == latent.isPresent()) {
        throw new IllegalArgumentException(
            "attention has %s; wanted either kv_heads, key_size and value_size or the table latent"
                .formatted(grouped ? "both kinds of sizes" : "neither kind of sizes"));
      }
      if (grouped && heads % kvHeads.getAsInt() != 0) {
        throw new IllegalArgumentException(
            "attention.heads is %d; wanted a multiple of kv_heads %d"
                .formatted(heads, kvHeads.getAsInt()));
      }
      queryKeyNorm.ifPresent(
          norm -> {
            if (!norm.equals("per-head") && !norm.equals("full")) {
              throw new IllegalArgumentException(
                  "attention.query_key_norm is '%s'; wanted per-head or full".formatted(norm));
            }
          });
    }
  }

  /**
   * Multi-head latent attention (arXiv 2405.04434).
   *
   * @param kvRank elements of the key-value latent
   * @param queryRank elements of the query latent, where queries are compressed
   * @param ropeSize elements of the rotary key
   * @param keySize elements of a key head without the rotary part
   * @param valueSize elements of a value head
   */
  public record Latent(
      int kvRank, OptionalInt queryRank, int ropeSize, int keySize, int valueSize) {}

  /**
   * @param heads indexer heads
   * @param keySize elements of the key kept per token
   * @param topK tokens picked per query
   */
  public record Indexer(int heads, int keySize, int topK) {}

  /**
   * @param windowTokens tokens a local layer sees
   * @param pattern in words
   * @param globalLayerIndices layers that see everything, from 0; empty list where none does
   */
  public record SlidingWindow(int windowTokens, String pattern, List<Integer> globalLayerIndices) {
    public SlidingWindow {
      Range.atLeast("window_tokens", 1, windowTokens);
      globalLayerIndices = List.copyOf(globalLayerIndices);
    }
  }

  /**
   * What the model's own files and engines say of its cache, to check the layers against.
   *
   * @param kind {@code gqa}, {@code mla-latent} …
   * @param elementsPerToken over all layers
   * @param elementsPerTokenPerLayer of a (local) layer
   * @param elementsPerTokenGlobalLayer of a global layer, where it differs
   * @param layers layers that keep a cache
   * @param indexerElementsPerTokenPerLayer keys of the indexer
   * @param note in words
   */
  public record Cache(
      String kind,
      OptionalLong elementsPerToken,
      OptionalLong elementsPerTokenPerLayer,
      OptionalLong elementsPerTokenGlobalLayer,
      OptionalInt layers,
      OptionalLong indexerElementsPerTokenPerLayer,
      Optional<String> note) {}

  /**
   * @param size intermediate width
   * @param sizeWithoutOwnCache the width in layers that keep no cache, where it differs
   * @param layerIndices layers that are a feed-forward network and nothing else, from 0
   */
  public record DenseFeedForward(
      int size, OptionalInt sizeWithoutOwnCache, Optional<List<Integer>> layerIndices) {
    public DenseFeedForward {
      Range.atLeast("feed_forward.size", 1, size);
      layerIndices = layerIndices.map(List::copyOf);
    }
  }

  /**
   * @param experts experts in a layer
   * @param expertsActive experts that serve one token
   * @param expertSize intermediate width of one
   * @param sharedExperts experts that serve every token
   * @param sharedSize intermediate width of those together
   * @param denseLayers first layers without experts
   * @param layerIndices layers with experts, from 0; absent: all after the dense ones
   * @param latentSize width that experts work in, where it is not the embedding size
   * @param routerBias true where the router has a bias per expert
   */
  public record Experts(
      int experts,
      int expertsActive,
      int expertSize,
      OptionalInt sharedExperts,
      OptionalInt sharedSize,
      OptionalInt denseLayers,
      Optional<List<Integer>> layerIndices,
      OptionalInt latentSize,
      Optional<Boolean> routerBias) {
    public Experts {
      Range.between("moe.experts", 1, 4096, experts);
      Range.between("moe.experts_active", 1, experts, expertsActive);
      Range.atLeast("moe.expert_size", 1, expertSize);
      layerIndices = layerIndices.map(List::copyOf);
    }

    boolean serves(int layer) {
      return layerIndices
          .map(indices -> indices.contains(layer))
          .orElse(layer >= denseLayers.orElse(0));
    }
  }

  /**
   * Embeddings that every layer adds (Gemma 3n and 4), with Gemma 3n's AltUp and LAuReL.
   *
   * @param vocabularySize rows
   * @param size elements per layer and token
   * @param laurelRank rank of the LAuReL bypass (arXiv 2411.07501)
   * @param altupInputs parallel residual streams of AltUp (arXiv 2301.13310)
   */
  public record PerLayerEmbeddings(
      int vocabularySize, int size, OptionalInt laurelRank, OptionalInt altupInputs) {}

  /**
   * What reads images for the model: {@code mmproj} files of llama.cpp.
   *
   * @param elements all weights, those for sound too where there are some
   * @param elementsInF32 those that llama.cpp's converter keeps at 32 bits (patch and position
   *     embeddings, norms, biases), where counted
   * @param source how the elements are counted
   * @param encoder the layers that see the image, where their shape is known
   */
  public record Vision(
      long elements, OptionalLong elementsInF32, String source, Optional<Encoder> encoder) {
    public Vision {
      Range.atLeast("vision.elements", 1, elements);
      Range.between("vision.elements_in_f32", 0, elements, elementsInF32.orElse(0));
      Range.text("vision.source", source);
    }

    Projector projector(String model) {
      return new Projector(
          "vision projector of " + model,
          Bytes.of(2 * elements + 2 * elementsInF32.orElse(0)),
          Optional.of(Bytes.of(2 * elements)),
          encoder.flatMap(Encoder::facts),
          source);
    }
  }

  /**
   * Layers that see an image.
   *
   * @param projector {@code clip.projector_type} of the {@code mmproj} file
   * @param layers how many
   * @param width of the residual stream
   * @param feedForwardSize of the feed-forward networks
   * @param fusedQkv true where query, key and value are one matrix
   * @param imageSize edge of the image it was trained for, in pixels
   * @param patchSize edge of a patch, in pixels
   * @param merge patches along an edge that become one token
   */
  public record Encoder(
      String projector,
      int layers,
      int width,
      int feedForwardSize,
      boolean fusedQkv,
      int imageSize,
      int patchSize,
      int merge) {
    public Encoder {
      Range.text("vision.encoder.projector", projector);
      Range.atLeast("vision.encoder.layers", 1, layers);
      Range.atLeast("vision.encoder.width", 1, width);
      Range.atLeast("vision.encoder.feed_forward_size", 1, feedForwardSize);
      Range.atLeast("vision.encoder.image_size", 1, imageSize);
      Range.atLeast("vision.encoder.patch_size", 1, patchSize);
      Range.atLeast("vision.encoder.merge", 1, merge);
    }

    private Optional<Projector.Encoder> facts() {
      OptionalLong patches = ImageSizes.patches(projector, imageSize, patchSize, merge);
      return patches.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Projector.Encoder(width, feedForwardSize, fusedQkv, patches.getAsLong()));
    }
  }
}
