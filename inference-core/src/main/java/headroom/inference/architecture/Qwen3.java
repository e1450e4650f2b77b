package headroom.inference.architecture;

import static headroom.inference.architecture.ModelReader.layerName;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/** Qwen 3 (arXiv 2505.09388): queries and keys are normed head by head before rotation. */
final class Qwen3 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES, size);
    return new Loaded(
        StandardLayers.spec("qwen3", size),
        in.weights(
            size,
            layer ->
                StandardLayers.read(
                    in,
                    size,
                    rope,
                    layer,
                    in.dense(layer, size, Activation.SILU),
                    in.norm(layerName(layer, "attn_q_norm"), size.keySize(), size.epsilon()),
                    in.norm(layerName(layer, "attn_k_norm"), size.keySize(), size.epsilon()))));
  }
}
