package headroom.inference.architecture;

import static headroom.inference.architecture.ModelReader.layerName;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.RopeSpec;

/**
 * Phi-3 (arXiv 2404.14219): queries, keys and values are one matrix, gate and up are another. Its
 * sliding window is not applied, as in llama.cpp, whose converted files carry wrong values for it.
 */
final class Phi3 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES, size);
    return new Loaded(
        StandardLayers.spec("phi3", size), in.weights(size, layer -> layer(in, size, rope, layer)));
  }

  private static LayerWeights layer(ModelReader in, Dimensions size, RopeSpec rope, int layer) {
    Tensor fused =
        in.tensor(
            layerName(layer, "attn_qkv.weight"),
            size.embedding(),
            size.queryRows() + size.keyRows() + size.valueRows());
    int width = size.feedForward();
    Tensor gateAndUp = in.tensor(layerName(layer, "ffn_up.weight"), size.embedding(), 2L * width);
    return new LayerWeights(
        size.attention(),
        rope,
        in.norm(layerName(layer, "attn_norm"), size.embedding(), size.epsilon()),
        slice(in, fused, 0, size.queryRows()),
        slice(in, fused, size.queryRows(), size.keyRows()),
        slice(in, fused, size.queryRows() + size.keyRows(), size.valueRows()),
        null,
        null,
        in.projection(layerName(layer, "attn_output"), size.attendedColumns(), size.embedding()),
        null,
        in.norm(layerName(layer, "ffn_norm"), size.embedding(), size.epsilon()),
        new FeedForward.Dense(
            Activation.SILU,
            slice(in, gateAndUp, 0, width),
            slice(in, gateAndUp, width, width),
            in.projection(layerName(layer, "ffn_down"), width, size.embedding())),
        null);
  }

  private static Projection slice(ModelReader in, Tensor fused, int first, int rows) {
    return new Projection(in.bind(fused.rows(first, rows)), null);
  }
}
