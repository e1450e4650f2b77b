package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlacedMemoryTest {
  private static final double MIB = Bytes.ofMiB(1).value();

  /** Every placement holds the same weights and caches, wherever they lie. */
  @ParameterizedTest
  @MethodSource("placements")
  void sumOverPlacesIsTheSameWhateverThePlacement(int cards, Placement placement) {
    for (ModelSpec model : List.of(Shapes.qwen3With30bA3b(), Shapes.llama31With70b())) {
      FitQuestion question = on(model, GgufMix.Q4_K_M, cards);
      MemoryPlan whole = Fit.answer(on(model, GgufMix.Q4_K_M, 1)).memory();
      MemoryPlan placed = Fit.answer(question.withPlacement(placement)).memory();
      assertThat(sum(placed, Quantity.KV)).isEqualTo(sum(whole, Quantity.KV));
      // Shares of rows are rounded to whole bytes.
      assertThat(sum(placed, Quantity.WEIGHTS) - sum(whole, Quantity.WEIGHTS))
          .isBetween(-400L, 400L);
    }
  }

  static Stream<Object[]> placements() {
    return Stream.of(1, 2, 3)
        .flatMap(
            cards ->
                Stream.of(
                        Placement.ALL_ON_CARDS,
                        new Placement(new GpuLayers.Count(0), 0, Split.LAYER, List.of()),
                        new Placement(new GpuLayers.Count(1), 0, Split.LAYER, List.of()),
                        new Placement(new GpuLayers.Count(20), 0, Split.LAYER, List.of()),
                        new Placement(new GpuLayers.Count(30), 40, Split.LAYER, List.of()),
                        new Placement(new GpuLayers.All(), 17, Split.LAYER, List.of(3.0)),
                        new Placement(new GpuLayers.All(), 0, Split.ROW, List.of()))
                    .map(placement -> new Object[] {cards, placement}));
  }

  @Test
  void expertsOnTheHostAreExactlyTheirTensors() {
    FitReport report =
        Fit.answer(
            on(Shapes.qwen3With30bA3b(), GgufMix.Q8_0, 1)
                .withPlacement(new Placement(new GpuLayers.All(), 10, Split.LAYER, List.of())));
    // 10 layers × 128 experts × 3 matrices of 2048 × 768, 34 bytes for 32 of them.
    assertThat(line(report, "experts on the host").bytes().value())
        .isEqualTo(10L * 128 * 3 * 2048 * 768 / 32 * 34);
    assertThat(report.placement().expertLayersOnHost()).isEqualTo(10);
    assertThat(report.cards().getFirst().layers()).isEqualTo(48);
  }

  @Test
  void cacheOfHostLayersIsOnTheHost() {
    // DeepSeek-R1-0528-Qwen3-8B at 131072: 19 of 36 layers on the card, 512 MiB of cache each.
    FitQuestion question =
        on(Shapes.llama31With8b(), GgufMix.Q4_K_M, 1)
            .withContextLength(131072)
            .withPlacement(new Placement(new GpuLayers.Count(20), 0, Split.LAYER, List.of()));
    FitReport report = Fit.answer(question);
    assertThat(kv(report, true)).isEqualTo(19 * 512 * (long) MIB);
    assertThat(kv(report, false)).isEqualTo(13 * 512 * (long) MIB);
  }

  /** Staging room for matrices of the host, from the logs of three runs with no layer on a card. */
  @ParameterizedTest
  @CsvSource({"13, 512, 248.54, 0.05", "14, 4096, 1094.99, 0.001"})
  void cardWithoutLayersNeedsRoomForTheLargestMatrix(
      int model, int context, double logged, double share) {
    ModelSpec spec = model == 13 ? Shapes.llama2(40, 5120, 40, 40, 13824) : Shapes.qwen3With14b();
    FitReport report =
        Fit.answer(
            on(spec, GgufMix.Q8_0, 1)
                .withContextLength(context)
                .withPlacement(new Placement(new GpuLayers.Count(0), 0, Split.LAYER, List.of())));
    double predicted = line(report, "compute buffer").bytes().value() / MIB;
    assertThat(Math.abs(predicted / logged - 1)).isLessThan(share);
  }

  @Test
  void pipelineKeepsFourCopiesOfInputs() {
    // 70B at 8k without flash attention on two cards: 1104 MiB of scores, four masks of 16 MiB (one
    // of them among the scores) and four activations of 16 MiB.
    FitReport report =
        Fit.answer(on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 2).withFlashAttention(false));
    assertThat(card(report, 0, Quantity.COMPUTE)).isEqualTo(1216 * (long) MIB);
    assertThat(card(report, 1, Quantity.COMPUTE)).isEqualTo(1216 * (long) MIB);
    long host =
        report.memory().lines().stream()
            .filter(line -> !line.place().isCard() && line.quantity() == Quantity.COMPUTE)
            .mapToLong(line -> line.bytes().value())
            .sum();
    // Beside them 512 tokens × 8 heads × 128 places of values of 8 bytes each.
    assertThat(host).isEqualTo(84 * (long) MIB);
  }

  @Test
  void cardWithoutOutputNeedsNoRoomForLogits() {
    FitQuestion question =
        on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 2)
            .withPlacement(new Placement(new GpuLayers.Count(80), 0, Split.LAYER, List.of()));
    FitReport report = Fit.answer(question);
    // 3 × 28672 feed-forward + 3 × 8192 embedding, and a mask of 8192 cells in F16; beside them the
    // widest matrix of the layer that the host has and the card computes, in Q6_K.
    long matrix = 8192L * 28672 * 210 / 256;
    assertThat(card(report, 0, Quantity.COMPUTE))
        .isEqualTo(matrix + 4 * 512 * (3 * 28672 + 3 * 8192) + 2 * 512 * 8192);
    // 4 × 512 × (128256 + 8192) = 266.5 MiB.
    assertThat(card(report, 1, Quantity.COMPUTE)).isEqualTo(4 * 512 * (128256 + 8192));
  }

  @Test
  void rowSplitDividesMatricesAndLeavesCachesWithTheirLayers() {
    FitQuestion question =
        on(Shapes.llama31With8b(), GgufMix.F16, 2)
            .withPlacement(new Placement(new GpuLayers.All(), 0, Split.ROW, List.of(3.0, 1.0)));
    FitReport report = Fit.answer(question);
    // 32 layers × 218,103,808 weights of matrices × 2 bytes, three quarters of them, and 25 layers
    // of norms: 33 positions, of which i / 33 < 0.75 for 25.
    long matrices = 32L * 218_103_808 * 2;
    assertThat(card(report, 0, Quantity.WEIGHTS)).isEqualTo(matrices / 4 * 3 + 25L * 2 * 4096 * 4);
    assertThat(card(report, 0, Quantity.KV)).isEqualTo(25 * 32 * (long) MIB);
  }

  @Test
  void tensorSplitGivesEveryCardItsHeads() {
    FitQuestion question =
        on(Shapes.llama31With70b(), GgufMix.F16, 4)
            .withEngine(new Engine.Vllm(0.9, 2048))
            .withPlacement(new Placement(new GpuLayers.All(), 0, Split.TENSOR, List.of()));
    FitReport report = Fit.answer(question);
    // 80 layers × 2 of 8 heads × 128 × 2 × 2 bytes × 8192 cells.
    assertThat(card(report, 3, Quantity.KV)).isEqualTo(80L * 2 * 128 * 2 * 2 * 8192);
    long one = card(report, 0, Quantity.WEIGHTS);
    assertThat(one).isEqualTo(card(report, 3, Quantity.WEIGHTS));
    FitReport whole =
        Fit.answer(
            on(Shapes.llama31With70b(), GgufMix.F16, 1).withEngine(new Engine.Vllm(0.9, 2048)));
    assertThat((double) one / card(whole, 0, Quantity.WEIGHTS)).isBetween(0.25, 0.2505);
  }

  @Test
  void fewerKeyValueHeadsThanCardsAreRepeated() {
    FitQuestion question =
        on(Shapes.qwen3With30bA3b(), GgufMix.F16, 8)
            .withEngine(new Engine.Vllm(0.9, 2048))
            .withPlacement(new Placement(new GpuLayers.All(), 0, Split.TENSOR, List.of()));
    // 48 layers × 1 of 4 heads on each of 8 cards.
    assertThat(card(Fit.answer(question), 7, Quantity.KV)).isEqualTo(48L * 1 * 128 * 2 * 2 * 8192);
  }

  @Test
  void secondCardOfAKindIsNumbered() {
    FitReport report = Fit.answer(on(Shapes.llama31With8b(), GgufMix.Q4_K_M, 3));
    assertThat(report.cards().stream().map(CardLoad::id))
        .containsExactly("test-device", "test-device#2", "test-device#3");
    assertThat(report.memory().lines())
        .anyMatch(line -> line.place().idIn(report.question().machine()).equals("test-device#2"));
    for (int card = 0; card < 3; card++) {
      assertThat(report.cards().get(card).total()).isEqualTo(report.memory().cardTotal(card));
    }
  }

  @Test
  void tightestCardDecides() {
    Device large =
        Shapes.device("NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.of(936.0));
    Device small =
        Shapes.device("NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(8), Optional.of(448.0));
    Machine machine = new Machine(List.of(Card.of(large), Card.of(small)), Host.UNKNOWN);
    FitQuestion question =
        FitQuestion.of(Shapes.qwen3With32b(), GgufMix.Q4_K_M, large, 8192).withMachine(machine);
    FitReport byMemory = Fit.answer(question);
    FitReport evenly =
        Fit.answer(
            question.withPlacement(
                new Placement(new GpuLayers.All(), 0, Split.LAYER, List.of(1.0, 1.0))));
    assertThat(byMemory.verdict().word()).isEqualTo("fits");
    assertThat(evenly.verdict().headroom().isNegative()).isTrue();
    assertThat(evenly.verdict().headroom())
        .isEqualTo(evenly.cards().get(1).headroom().orElseThrow());
  }

  private static FitQuestion on(ModelSpec model, GgufMix mix, int cards) {
    Device device = Shapes.rtx4090();
    return FitQuestion.of(model, mix, device, 8192)
        .withEngine(Shapes.LLAMA_CPP_OF_2025)
        .withMachine(new Machine(Collections.nCopies(cards, Card.of(device)), Host.UNKNOWN));
  }

  private static long sum(MemoryPlan plan, Quantity quantity) {
    return plan.lines().stream()
        .filter(line -> line.quantity() == quantity)
        .mapToLong(line -> line.bytes().value())
        .sum();
  }

  private static long card(FitReport report, int card, Quantity quantity) {
    return report.memory().lines().stream()
        .filter(line -> line.place().isCard(card) && line.quantity() == quantity)
        .mapToLong(line -> line.bytes().value())
        .sum();
  }

  private static long kv(FitReport report, boolean card) {
    return report.memory().lines().stream()
        .filter(line -> line.place().isCard() == card && line.quantity() == Quantity.KV)
        .mapToLong(line -> line.bytes().value())
        .sum();
  }

  private static MemoryLine line(FitReport report, String what) {
    return report.memory().lines().stream()
        .filter(line -> line.what().equals(what))
        .findFirst()
        .orElseThrow();
  }
}
