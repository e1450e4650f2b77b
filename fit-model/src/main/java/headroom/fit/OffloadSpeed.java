package headroom.fit;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.model.LayerSpec;
import headroom.speed.Backend;
import headroom.speed.WeightTraffic;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How fast a model runs that lies on several cards or partly on the host: a token visits one place
 * after the other, so times add up.
 */
final class OffloadSpeed {
  /**
   * Share of the link that copies of weights reach: 11 of 15.75 GB/s from pinned memory
   * (https://forums.developer.nvidia.com/t/148400), less from the mapped file that llama.cpp copies
   * from.
   */
  static final double LINK_SHARE = 0.5;

  static final String LINK_SOURCE =
      "half of the link's peak for copies out of a mapped file: 11 of 15.75 GB/s were measured from"
          + " pinned memory (https://forums.developer.nvidia.com/t/148400), mapped pages are"
          + " slower";

  /** Smaller batches are computed where their weights are ({@code GGML_OP_OFFLOAD_MIN_BATCH}). */
  static final int LEAST_OFFLOADED = 32;

  private OffloadSpeed() {}

  /**
   * Traffic of each place that computes anything, cards first.
   *
   * @return empty where the split is not by layers or the host's bandwidth is not known
   */
  static Optional<List<PlaceTraffic>> traffic(Placed placed, int depth, SpeedSetting setting) {
    return ParallelSpeed.is(placed) ? Optional.empty() : places(placed, depth, setting);
  }

  /** The same as if every layer were computed where the layout has it. */
  static Optional<List<PlaceTraffic>> places(Placed placed, int depth, SpeedSetting setting) {
    Layout layout = placed.layout();
    FitQuestion question = placed.question();
    LayerTraffic layers = LayerTraffic.of(question);
    List<PlaceTraffic> places = new ArrayList<>();
    for (int place = 0; place <= layout.cards(); place++) {
      int card = place == layout.cards() ? Layout.HOST : place; // The host is the last.
      WeightTraffic weights = layers.at(layout, card, false);
      if (weights.wholeBytes() == 0) {
        continue;
      }
      Optional<Device> device = device(question, card);
      if (device.isEmpty()) {
        return Optional.empty();
      }
      places.add(
          new PlaceTraffic(
              card,
              device.get(),
              backend(device.get(), card, setting),
              weights,
              cacheBytes(placed, card, depth),
              stateBytes(placed, card),
              layout.visits(placed.table(), card)));
    }
    return Optional.of(places);
  }

  static Backend backend(Device device, int card, SpeedSetting setting) {
    if (card == Layout.HOST) {
      return Backend.CPU;
    }
    return card == 0 ? setting.backend() : Backend.usual(device).orElse(setting.backend());
  }

  private static double cacheBytes(Placed placed, int card, int depth) {
    LayerTable table = placed.table();
    double bytes = 0;
    for (int kind = 0; kind < table.kinds().size(); kind++) {
      int layers = 0;
      for (int layer = 0; layer < table.layers(); layer++) {
        layers += table.kindOf(layer) == kind && placed.layout().dense(layer) == card ? 1 : 0;
      }
      if (layers > 0) {
        bytes +=
            (double) layers
                * TokenTraffic.cacheRead(
                    table.kinds().get(kind).attention(), placed.question(), depth);
      }
    }
    return bytes;
  }

  private static double stateBytes(Placed placed, int card) {
    LayerTable table = placed.table();
    double bytes = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      if (placed.layout().dense(layer) == card) {
        LayerSpec kind = table.kinds().get(table.kindOf(layer));
        bytes += TokenTraffic.stateBytes(kind.attention());
        if (kind.beside().isPresent()) {
          bytes += TokenTraffic.stateBytes(kind.beside().get());
        }
      }
    }
    return bytes;
  }

  /** Seconds for one token without speculation; empty where a place's speed is not known. */
  static OptionalDouble decodeSeconds(Placed placed, int depth) {
    Optional<SpeedSetting> setting = SpeedSetting.of(placed.question());
    if (setting.isEmpty()) {
      return OptionalDouble.empty();
    }
    Optional<List<PlaceTraffic>> places = traffic(placed, depth, setting.get());
    return places.isEmpty()
        ? OptionalDouble.empty()
        : DecodeSpeed.seconds(places.get(), placed.question(), setting.get().era());
  }

  /**
   * The card's device, or the host's memory as a device; empty where its bandwidth is not known.
   */
  static Optional<Device> device(FitQuestion question, int card) {
    if (card != Layout.HOST) {
      return Optional.of(question.machine().cards().get(card).device());
    }
    return question
        .machine()
        .host()
        .bandwidth()
        .map(
            bandwidth ->
                new Device(
                    "host",
                    "the host",
                    "generic",
                    DeviceKind.CPU_MEMORY,
                    question.machine().host().memory(),
                    Optional.of(bandwidth),
                    ComputeRates.UNKNOWN,
                    true,
                    Optional.empty(),
                    OptionalDouble.empty()));
  }

  /** Predicts decode; empty where a place's speed is not known. */
  static Optional<SpeedEstimate> decode(Placed placed, int depth) {
    return SpeedSetting.of(placed.question()).flatMap(setting -> decode(placed, depth, setting));
  }

  /** The same by a certain program. */
  static Optional<SpeedEstimate> decode(Placed placed, int depth, SpeedSetting setting) {
    return decode(placed, depth, setting, 1);
  }

  /** The same of a step in which so many sequences get a token each. */
  static Optional<SpeedEstimate> decode(
      Placed placed, int depth, SpeedSetting setting, int sequences) {
    if (ParallelSpeed.is(placed)) {
      return ParallelSpeed.decode(placed, depth, setting, sequences);
    }
    Optional<List<PlaceTraffic>> places = traffic(placed, depth, setting);
    if (places.isPresent() && sequences > 1) {
      places = Optional.of(places.get().stream().map(one -> one.together(sequences)).toList());
    }
    return places.flatMap(some -> DecodeSpeed.over(some, placed.question(), depth, setting.era()));
  }

  /** Predicts reading a prompt; empty where {@link PrefillSpeed#over} or the link is not known. */
  static Optional<SpeedEstimate> prefill(Placed placed, int tokens, int depth) {
    return SpeedSetting.of(placed.question())
        .flatMap(setting -> prefill(placed, tokens, depth, setting));
  }

  /**
   * The same by a certain program. Weights of the host are copied to the first card for every
   * micro-batch of {@value #LEAST_OFFLOADED} tokens or more, experts only as far as the batch uses
   * them; with fewer the host computes.
   */
  static Optional<SpeedEstimate> prefill(
      Placed placed, int tokens, int depth, SpeedSetting setting) {
    if (ParallelSpeed.is(placed)) {
      return ParallelSpeed.prefill(placed, tokens, depth, setting);
    }
    Layout layout = placed.layout();
    FitQuestion question = placed.question();
    int atOnce = Math.min(tokens, question.microBatch());
    boolean copies = atOnce >= LEAST_OFFLOADED;
    LayerTraffic layers = LayerTraffic.of(question);
    List<PrefillSpeed.Place> places = new ArrayList<>();
    for (int place = 0; place <= layout.cards(); place++) {
      int card = place == layout.cards() ? Layout.HOST : place;
      boolean withHost = card == 0 && copies;
      if (card == Layout.HOST && copies) {
        break;
      }
      WeightTraffic weights = layers.at(layout, card, withHost);
      if (weights.wholeBytes() == 0) {
        continue;
      }
      Optional<Device> device = device(question, card);
      if (device.isEmpty()) {
        return Optional.empty();
      }
      places.add(
          new PrefillSpeed.Place(
              device.get(),
              backend(device.get(), card, setting),
              weights,
              layersAt(layout, card, withHost)));
    }
    double copied = 0;
    double streamed = copies ? stored(placed, Layout.HOST, atOnce) : 0;
    if (streamed > 0) {
      Optional<Bandwidth> link = question.device().link();
      if (link.isEmpty()) {
        return Optional.empty();
      }
      double batches = Math.ceilDiv(tokens, atOnce);
      copied = batches * link.get().times(LINK_SHARE).secondsFor(Bytes.of(Math.round(streamed)));
    }
    return PrefillSpeed.over(
        places, question, new PrefillSpeed.Prompt(tokens, depth), setting.era(), copied);
  }

  private static boolean[] layersAt(Layout layout, int card, boolean withHost) {
    boolean[] here = new boolean[layout.layers()];
    for (int layer = 0; layer < here.length; layer++) {
      int at = layout.dense(layer);
      here[layer] = at == card || (withHost && at == Layout.HOST);
    }
    return here;
  }

  /** Weights that a batch touches at one place: of the experts those that any token chose. */
  private static double stored(Placed placed, int card, int tokens) {
    Layout layout = placed.layout();
    LayerTable table = placed.table();
    double bytes = layout.output() == card ? table.output() : 0;
    for (int layer = 0; layer < layout.layers(); layer++) {
      bytes += layout.dense(layer) == card ? table.dense(layer) : 0;
      if (layout.experts(layer) == card && table.experts(layer) > 0) {
        double unused = 1 - (double) table.activeExperts(layer) / table.experts(layer);
        bytes += table.experts(layer) * (1 - Math.pow(unused, tokens));
      }
    }
    return bytes;
  }
}
