package headroom.fit;

import headroom.units.Bytes;

/** Whether it fits. */
public sealed interface Verdict {
  /** Left over on the device; negative where it is a shortfall. */
  Bytes headroom();

  /** One word for machines: {@code fits}, {@code offload}, {@code no} or {@code unknown}. */
  default String word() {
    return switch (this) {
      case Fits fits -> "fits";
      case FitsWithOffload offload -> "offload";
      case DoesNotFit no -> "no";
      case Unknown unknown -> "unknown";
    };
  }

  /** All of it lies on the device. */
  record Fits(Bytes headroom) implements Verdict {}

  /**
   * Only with something on the host.
   *
   * @param headroom negative: what is missing for all layers, where all were asked for; else what
   *     is left on the fullest card as laid out
   * @param layersOnDevice layers that fit, or that the layout has on cards
   */
  record FitsWithOffload(Bytes headroom, int layersOnDevice) implements Verdict {}

  /** Not even one layer beside the cache fits. */
  record DoesNotFit(Bytes headroom) implements Verdict {}

  /** The device's memory is not known and the question brought none. */
  record Unknown(String reason) implements Verdict {
    @Override
    public Bytes headroom() {
      throw new IllegalStateException("no headroom is known: " + reason);
    }
  }
}
