package headroom.inference.architecture;

import headroom.inference.transformer.AltUp;
import headroom.inference.transformer.PerLayerEmbedding;
import headroom.inference.transformer.TransformerSpec;
import headroom.inference.transformer.Weights;
import org.jspecify.annotations.Nullable;

/** Turns one architecture's metadata and tensor names into a transformer. */
interface Architecture {
  /** Hyper-parameters and weights, bound to their kernels. */
  record Loaded(TransformerSpec spec, Weights weights) {
    /** The same model, each layer told once more which token it works on. */
    Loaded telling(PerLayerEmbedding perLayer) {
      return telling(perLayer, null);
    }

    /** As above, with several residual streams. */
    Loaded telling(PerLayerEmbedding perLayer, @Nullable AltUp altUp) {
      return new Loaded(
          spec,
          new Weights(
              weights.embedding(),
              weights.layers(),
              weights.outputNorm(),
              weights.output(),
              perLayer,
              altUp));
    }
  }

  /**
   * Reads and checks the whole model.
   *
   * @throws headroom.inference.ModelFormatException naming the tensor or key at fault
   */
  Loaded read(ModelReader in);
}
