package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.StoredWeights.StoredTensor;
import headroom.fit.Techniques.Outside;
import headroom.fit.Techniques.Rest;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Weights of layers that a scheme keeps outside the device's memory.
 *
 * @param outside the scheme
 * @param moved bytes that are outside
 * @param largestLayer bytes of the largest layer as a whole
 */
record OutsideWeights(Outside outside, long moved, long largestLayer) {
  /** 11 of 15.75 GB/s from pinned memory (https://forums.developer.nvidia.com/t/148400). */
  private static final double LINK_SHARE = 11 / 15.75;

  private static final String LINK_SOURCE =
      "70 % of the link's peak: 11 of 15.75 GB/s were measured from pinned memory"
          + " (https://forums.developer.nvidia.com/t/148400); copies overlap computing as in ";

  static OutsideWeights of(LayerTable table, Outside outside) {
    long[] layers = new long[table.layers()];
    double moved = 0;
    for (StoredTensor tensor : table.weights().tensors()) {
      int layer = tensor.facts().layer().orElse(layers.length);
      if (layer < layers.length) {
        long bytes = tensor.bytes().value();
        layers[layer] += bytes;
        moved += bytes * (1 - resident(tensor, outside));
      }
    }
    long largest = 0;
    for (long layer : layers) {
      largest = Math.max(largest, layer);
    }
    return new OutsideWeights(outside, Math.round(moved), largest);
  }

  private static double resident(StoredTensor tensor, Outside outside) {
    return switch (tensor.facts().role()) {
      case FFN_GATE,
          FFN_UP,
          FFN_DOWN,
          EXPERT_GATE,
          EXPERT_UP,
          EXPERT_DOWN,
          SHARED_EXPERT_GATE,
          SHARED_EXPERT_UP,
          SHARED_EXPERT_DOWN ->
          outside.residentFeedForward();
      default -> outside.residentDense();
    };
  }

  /** Takes what is outside from the device's weights and says where it lies instead. */
  void move(List<MemoryLine> lines) {
    lines.replaceAll(
        line ->
            line.what().equals("weights") && line.place().isCard()
                ? new MemoryLine(
                    line.what(),
                    line.quantity(),
                    line.place(),
                    line.bytes().minus(Bytes.of(moved)),
                    () -> String.format(Locale.ROOT, "%s - %,d B outside", line.formula(), moved),
                    line.source())
                : line);
    if (outside.where() == Rest.STREAMED) {
      lines.add(
          new MemoryLine(
              "layers on their way",
              Quantity.OVERHEAD,
              Place.DEVICE,
              Bytes.of(2 * largestLayer),
              () ->
                  String.format(
                      Locale.ROOT,
                      "2 × %,d B: one layer computes while the next arrives",
                      largestLayer),
              outside.source()));
    }
    if (outside.where() != Rest.FLASH) {
      lines.add(
          new MemoryLine(
              "weights on the host",
              Quantity.WEIGHTS,
              Place.HOST,
              Bytes.of(moved),
              () ->
                  String.format(
                      Locale.ROOT,
                      "%.0f %% of the feed-forward and %.0f %% of the other weights of all layers",
                      100 * (1 - outside.residentFeedForward()),
                      100 * (1 - outside.residentDense())),
              outside.source()));
    }
  }

  /**
   * Speed of one sequence where every step copies what is outside; all sequences of a batch get a
   * token in that time.
   *
   * @param whole the speed if everything lay on the device
   * @param link between host and device
   * @return empty where the link is not known
   */
  Optional<SpeedEstimate> streamed(SpeedEstimate whole, Optional<Bandwidth> link) {
    if (link.isEmpty()) {
      return Optional.empty();
    }
    Bandwidth reached = link.get().times(LINK_SHARE);
    double copying = reached.secondsFor(Bytes.of(moved));
    double computing = 1 / whole.median().tokensPerSecond();
    double seconds = Math.max(copying, computing);
    double wider = computing / seconds;
    return Optional.of(
        new SpeedEstimate(
            new TokenRate(1 / seconds),
            new TokenRate(whole.low().tokensPerSecond() * wider),
            new TokenRate(whole.high().tokensPerSecond() * wider),
            copying > computing ? "the link between host and device" : whole.limiter(),
            () ->
                String.format(
                    Locale.ROOT,
                    "the longer of %.3f GB / (%.2f × %s) = %.1f ms of copying and %.1f ms of"
                        + " computing; every sequence of a batch gets a token in that time",
                    moved / 1e9,
                    LINK_SHARE,
                    link.get(),
                    copying * 1e3,
                    computing * 1e3),
            LINK_SOURCE + outside.source()));
  }
}
