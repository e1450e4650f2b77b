package headroom.inference.architecture;

import static headroom.inference.architecture.ModelReader.layerName;

import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;
import org.jspecify.annotations.Nullable;

/** The layer of llama and its nearest kin: norm, attention, norm, feed-forward. */
final class StandardLayers {
  private StandardLayers() {}

  static TransformerSpec spec(String architecture, Dimensions size) {
    return new TransformerSpec(
        architecture,
        size.embedding(),
        size.vocabulary(),
        size.context(),
        1,
        Float.POSITIVE_INFINITY);
  }

  static LayerWeights read(
      ModelReader in, Dimensions size, RopeSpec rope, int layer, FeedForward feedForward) {
    return read(in, size, rope, layer, feedForward, null, null);
  }

  static LayerWeights read(
      ModelReader in,
      Dimensions size,
      RopeSpec rope,
      int layer,
      FeedForward feedForward,
      @Nullable RmsNorm queryNorm,
      @Nullable RmsNorm keyNorm) {
    return new LayerWeights(
        size.attention(),
        rope,
        in.norm(layerName(layer, "attn_norm"), size.embedding(), size.epsilon()),
        in.projection(layerName(layer, "attn_q"), size.embedding(), size.queryRows()),
        in.projection(layerName(layer, "attn_k"), size.embedding(), size.keyRows()),
        in.projection(layerName(layer, "attn_v"), size.embedding(), size.valueRows()),
        queryNorm,
        keyNorm,
        in.projection(layerName(layer, "attn_output"), size.attendedColumns(), size.embedding()),
        null,
        in.norm(layerName(layer, "ffn_norm"), size.embedding(), size.epsilon()),
        feedForward,
        null);
  }
}
