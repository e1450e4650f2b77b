package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;

/** Qwen 3 Next: the layers of Qwen 3.5, whose neighbouring value heads share a key. */
final class Qwen3Next implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    return Qwen35.model(in, new DeltaNetReader(in, true), RopeReader.read(in, RotaryStyle.HALVES));
  }
}
