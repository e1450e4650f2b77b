package headroom.fit;

import headroom.device.Device;
import headroom.fit.Placement.Split;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.speed.WeightTraffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * How fast a model runs whose matrices are cut across cards: all compute at the same time, the
 * slowest sets the pace, and after each cut they exchange what they have.
 *
 * <p>In a tensor split every card has a part of each head and column and two all-reduces per layer
 * add up their sums (Shoeybi et al. 2019, arXiv 1909.08053). In llama.cpp's row split one card
 * sends the input of every dense matrix to the others and collects their rows; experts, cache and
 * attention stay with the card of their layer.
 */
final class ParallelSpeed {
  /** llama.cpp adds up in 32 bits, vLLM in the 16 of its activations. */
  private static final int LLAMA_BYTES = 4;

  private static final int USUAL_BYTES = 2;

  /** A row split's inputs travel as q8_1: 36 bytes for 32 values. */
  private static final double ROW_INPUT_BYTES = 36.0 / 32;

  /**
   * What one more card costs a matrix in a row split. Llama 70B Q4_K_M on four RTX 4090 has 17.6
   * tok/s so (https://github.com/ggml-org/llama.cpp/pull/19378): 80 µs for each of 560 matrices.
   */
  private static final double ROW_CARD_SECONDS = 20e-6;

  private static final String ROW_SOURCE =
      "row split: the cost of a matrix from runs on four cards"
          + " (https://github.com/ggml-org/llama.cpp/pull/19378)";

  private static final Map<ModelSpec, Dense> DENSE =
      Collections.synchronizedMap(new WeakHashMap<>());

  private ParallelSpeed() {}

  /** True where the cards compute parts of the same matrices. */
  static boolean is(Placed placed) {
    return placed.layout().cards() > 1 && placed.layout().split() != Split.LAYER;
  }

  /** Predicts decode; empty where a card's bandwidth or the link is not known. */
  static Optional<SpeedEstimate> decode(
      Placed placed, int depth, SpeedSetting setting, int sequences) {
    Optional<Exchange> exchange = exchange(placed, sequences, 1);
    if (exchange.isEmpty()) {
      return Optional.empty();
    }
    List<PlaceTraffic> atOnce = new ArrayList<>();
    List<PlaceTraffic> inTurn = new ArrayList<>();
    if (placed.layout().split() == Split.TENSOR) {
      parts(placed, depth, setting, sequences, atOnce);
    } else {
      rows(placed, depth, setting, sequences, atOnce, inTurn);
    }
    return DecodeSpeed.over(inTurn, atOnce, exchange, placed.question(), depth, setting.era());
  }

  /** What such a speed rests on. */
  static String note(Placed placed) {
    FitQuestion question = placed.question();
    Device first = question.device();
    boolean bridge =
        first.peerLink().isPresent()
            && CardLink.between(question.machine().cards(), question.engine())
                .filter(link -> !link.direct())
                .isPresent();
    return "The speed of cards that compute at the same time is arithmetic: no such run is among"
        + " the fitted ones, so its interval is wider."
        + (bridge
            ? " Counted over the slots; an NVLink bridge (%s each way) makes prompts faster."
                .formatted(first.peerLink().get())
            : "");
  }

  /** Each card with its part of every layer. */
  private static void parts(
      Placed placed, int depth, SpeedSetting setting, int sequences, List<PlaceTraffic> atOnce) {
    FitQuestion part = part(placed);
    ModelTraffic traffic = ModelTraffic.of(part);
    double cache = TokenTraffic.cacheBytes(traffic, part, depth);
    double states = TokenTraffic.stateBytes(traffic);
    for (int card = 0; card < placed.layout().cards(); card++) {
      Device device = placed.question().machine().cards().get(card).device();
      atOnce.add(
          new PlaceTraffic(
                  card,
                  device,
                  OffloadSpeed.backend(device, card, setting),
                  traffic.weights(),
                  cache,
                  states,
                  1)
              .together(sequences));
    }
  }

  private static FitQuestion part(Placed placed) {
    FitQuestion question = placed.question();
    return question.withModel(Sharding.part(question.model(), placed.layout().cards()));
  }

  /**
   * Rows of all dense matrices at once; experts, cache and attention are computed in turn, so each
   * card counts all of them as if it were their only one.
   */
  private static void rows(
      Placed placed,
      int depth,
      SpeedSetting setting,
      int sequences,
      List<PlaceTraffic> atOnce,
      List<PlaceTraffic> inTurn) {
    List<WeightTraffic> onCards = new ArrayList<>();
    double cache = 0;
    double states = 0;
    for (PlaceTraffic place : OffloadSpeed.places(placed, depth, setting).orElse(List.of())) {
      if (place.isHost()) {
        inTurn.add(place.together(sequences));
      } else {
        onCards.add(place.weights());
        cache += place.cacheBytes();
        states += place.stateBytes();
      }
    }
    for (int card = 0; card < placed.layout().cards() && !onCards.isEmpty(); card++) {
      Device device = placed.question().machine().cards().get(card).device();
      atOnce.add(
          new PlaceTraffic(
                  card,
                  device,
                  OffloadSpeed.backend(device, card, setting),
                  WeightTraffic.sum(onCards).withDense(placed.layout().share(card)),
                  cache,
                  states,
                  1)
              .together(sequences));
    }
  }

  /** Predicts reading a prompt; empty where the arithmetic of a card or the link is not known. */
  static Optional<SpeedEstimate> prefill(
      Placed placed, int tokens, int depth, SpeedSetting setting) {
    FitQuestion question = placed.question();
    int atOnce = Math.min(tokens, question.microBatch());
    Optional<Exchange> exchange = exchange(placed, atOnce, Math.ceilDiv(tokens, atOnce));
    if (exchange.isEmpty()) {
      return Optional.empty();
    }
    boolean tensor = placed.layout().split() == Split.TENSOR;
    FitQuestion each = tensor ? part(placed) : question;
    boolean[] all = new boolean[question.model().layers().size()];
    Arrays.fill(all, true);
    List<PrefillSpeed.Place> places = new ArrayList<>();
    for (int card = 0; card < placed.layout().cards(); card++) {
      Device device = question.machine().cards().get(card).device();
      WeightTraffic weights = ModelTraffic.of(each).weights();
      places.add(
          new PrefillSpeed.Place(
              device,
              OffloadSpeed.backend(device, card, setting),
              tensor ? weights : weights.withDense(placed.layout().share(card)),
              all));
    }
    return PrefillSpeed.atOnce(
        places, each, new PrefillSpeed.Prompt(tokens, depth), setting.era(), exchange.get());
  }

  /** What the cards tell each other for so many tokens at once, so many times. */
  private static Optional<Exchange> exchange(Placed placed, int tokens, int times) {
    FitQuestion question = placed.question();
    return CardLink.between(question.machine().cards(), question.engine())
        .map(
            link ->
                placed.layout().split() == Split.TENSOR
                    ? sums(question, link, tokens, times)
                    : collected(question, link, tokens, times));
  }

  private static Exchange sums(FitQuestion question, CardLink link, int tokens, int times) {
    int cards = question.machine().cards().size();
    int sums = 1; // The vocabulary's parts are put together once.
    for (LayerSpec layer : question.model().layers()) {
      sums += layer.attention() instanceof AttentionSpec.None ? 0 : 1;
      sums += layer.feedForward() instanceof FeedForward.None ? 0 : 1;
    }
    boolean llama = !(question.engine() instanceof Engine.Vllm);
    double bytes =
        (double) tokens * question.model().embeddingSize() * (llama ? LLAMA_BYTES : USUAL_BYTES);
    int count = sums;
    double one = link.allReduceSeconds(bytes, cards);
    return new Exchange(
        times * count * one,
        () ->
            String.format(
                Locale.ROOT,
                "%d all-reduces of %.1f kB over %s: %.2f ms",
                times * count,
                bytes / 1e3,
                link,
                times * count * one * 1e3),
        CardLink.SOURCE);
  }

  private static Exchange collected(FitQuestion question, CardLink link, int tokens, int times) {
    int cards = question.machine().cards().size();
    Dense dense = DENSE.computeIfAbsent(question.model(), Dense::of);
    double bytes =
        (cards - 1)
            * tokens
            * (ROW_INPUT_BYTES * dense.inputs() + (double) LLAMA_BYTES / cards * dense.outputs());
    double seconds = times * (dense.matrices() * cards * ROW_CARD_SECONDS + link.secondsFor(bytes));
    return new Exchange(
        seconds,
        () ->
            String.format(
                Locale.ROOT,
                "%d × %d matrices sent out to %d cards and collected, %.1f kB over %s: %.2f ms",
                times,
                dense.matrices(),
                cards,
                times * bytes / 1e3,
                link,
                seconds * 1e3),
        ROW_SOURCE);
  }

  /**
   * The dense matrices of a model's layers.
   *
   * @param matrices how many
   * @param inputs values that they take for one token, added up
   * @param outputs values that they give, added up
   */
  private record Dense(int matrices, double inputs, double outputs) {
    static Dense of(ModelSpec model) {
      int matrices = 0;
      double inputs = 0;
      double outputs = 0;
      for (TensorFacts tensor : model.tensors()) {
        boolean matrix =
            tensor.rows() > 1
                && tensor.layer().isPresent()
                && tensor.role() != TensorRole.UNQUANTISED
                && !LayerTable.isExpert(tensor);
        if (matrix) {
          matrices++;
          inputs += tensor.rowLength();
          outputs += tensor.rows();
        }
      }
      return new Dense(matrices, inputs, outputs);
    }
  }
}
