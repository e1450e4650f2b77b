package headroom.inference.architecture;

import headroom.inference.transformer.TransformerSpec;
import headroom.inference.transformer.Weights;

/** Turns one architecture's metadata and tensor names into a transformer. */
interface Architecture {
  /** Hyper-parameters and weights, bound to their kernels. */
  record Loaded(TransformerSpec spec, Weights weights) {}

  /**
   * Reads and checks the whole model.
   *
   * @throws headroom.inference.ModelFormatException naming the tensor or key at fault
   */
  Loaded read(ModelReader in);
}
