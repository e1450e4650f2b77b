package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoPlacementTest {
  private static final Placement AUTO =
      new Placement(new GpuLayers.Auto(), 0, Split.LAYER, List.of());
  private static final Host DESKTOP =
      new Host(Optional.of(Bytes.ofGiB(128)), Optional.of(Bandwidth.ofGigabytesPerSecond(80)));

  @Test
  void whatFitsStaysOnTheCards() {
    FitReport report = auto(Shapes.llama31With8b(), GgufMix.Q4_K_M, card(24));
    assertThat(report.verdict()).isInstanceOf(Verdict.Fits.class);
    assertThat(report.placement().layers()).isEqualTo(new GpuLayers.All());
    assertThat(report.onCardsOnly()).isEmpty();
  }

  @Test
  void expertsGoToTheHostBeforeLayers() {
    FitReport report = auto(Shapes.gptOss120b(), GgufMix.MXFP4_MOE, card(24), card(24));
    assertThat(report.verdict()).isInstanceOf(Verdict.FitsWithOffload.class);
    assertThat(report.placement().layers()).isEqualTo(new GpuLayers.All());
    int experts = report.placement().expertLayersOnHost();
    // 36 layers of 1.58 GiB of experts are 57 GiB; 2 × (23.5 - 1 - 1) GiB of room hold 26 or 27.
    assertThat(experts).isBetween(8, 11);
    assertThat(report.verdict().headroom()).isGreaterThanOrEqualTo(AutoPlacement.MARGIN);
    assertThat(report.command().orElseThrow()).contains("--n-cpu-moe " + experts, "-ngl 37");
    // One layer less on the host leaves less than the margin, however layers are shared.
    for (int first = 15; first < 30; first++) {
      Placement tighter =
          new Placement(
              new GpuLayers.All(),
              experts - 1,
              Split.LAYER,
              List.of((double) first, (double) (37 - first)));
      assertThat(Fit.answer(report.computed().withPlacement(tighter)).verdict().headroom())
          .isLessThan(AutoPlacement.MARGIN);
    }
  }

  @Test
  void wholeLayersGoWhereThereAreNoExperts() {
    FitReport report = auto(Shapes.llama31With70b(), GgufMix.Q4_K_M, card(24));
    assertThat(report.placement().layers())
        .isInstanceOfSatisfying(
            GpuLayers.Count.class, count -> assertThat(count.count()).isBetween(38, 46));
    assertThat(report.decode().orElseThrow().median().tokensPerSecond())
        .isLessThan(report.onCardsOnly().orElseThrow().tokensPerSecond());
  }

  @Test
  void unequalCardsAreFilledToTheirSize() {
    FitReport report = auto(Shapes.qwen3With32b(), GgufMix.Q4_K_M, card(16), card(12));
    assertThat(report.verdict()).isInstanceOf(Verdict.Fits.class);
    assertThat(report.cards().get(0).layers()).isGreaterThan(report.cards().get(1).layers());
  }

  @Test
  void noRunnablePlacementMeansNoSpeed() {
    FitReport report = auto(Shapes.llama31With70b(), GgufMix.Q4_K_M, card(1));
    assertThat(report.verdict()).isInstanceOf(Verdict.DoesNotFit.class);
    assertThat(report.decode()).isEmpty();
  }

  @Test
  void hostThatIsTooSmallIsNamed() {
    FitQuestion question =
        question(Shapes.llama31With70b(), GgufMix.Q4_K_M, card(24))
            .withMachine(
                new Machine(
                    List.of(Card.of(card(24))),
                    new Host(Optional.of(Bytes.ofGiB(8)), Optional.empty())));
    FitReport report = Fit.answer(question.withPlacement(AUTO));
    assertThat(report.isShortOnHost()).isTrue();
    assertThat(report.verdict().headroom().isNegative()).isTrue();
  }

  /** A host of 80 GB/s is slower than any card here. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void moreLayersOnCardsNeverLowerTheSpeed(int cards) {
    for (ModelSpec model : List.of(Shapes.llama31With8b(), Shapes.qwen3With30bA3b())) {
      Device[] devices = new Device[cards];
      java.util.Arrays.fill(devices, card(24));
      FitQuestion question = question(model, GgufMix.Q4_K_M, devices);
      double before = 0;
      for (int count = 0; count <= model.layers().size() + 1; count++) {
        double rate = rate(question, count, 0);
        assertThat(rate).as("%s, %d layers", model.id(), count).isGreaterThanOrEqualTo(before);
        before = rate;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void fewerExpertsOnTheHostNeverLowerTheSpeed(int cards) {
    ModelSpec model = Shapes.qwen3With30bA3b();
    Device[] devices = new Device[cards];
    java.util.Arrays.fill(devices, card(24));
    FitQuestion question = question(model, GgufMix.Q4_K_M, devices);
    double before = 0;
    for (int experts = 48; experts >= 0; experts--) {
      double rate = rate(question, 49, experts);
      assertThat(rate).as("%d layers of experts", experts).isGreaterThanOrEqualTo(before);
      before = rate;
    }
  }

  private static double rate(FitQuestion question, int layers, int experts) {
    Placement placement =
        new Placement(new GpuLayers.Count(layers), experts, Split.LAYER, List.of());
    return Fit.answer(question.withPlacement(placement))
        .decode()
        .orElseThrow()
        .median()
        .tokensPerSecond();
  }

  private static FitReport auto(ModelSpec model, GgufMix mix, Device... devices) {
    return Fit.answer(question(model, mix, devices).withPlacement(AUTO));
  }

  private static FitQuestion question(ModelSpec model, GgufMix mix, Device... devices) {
    List<Card> cards = new ArrayList<>();
    for (Device device : devices) {
      cards.add(Card.of(device));
    }
    return FitQuestion.of(model, mix, devices[0], 8192).withMachine(new Machine(cards, DESKTOP));
  }

  private static Device card(int gibibytes) {
    return Shapes.device(
        "NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(gibibytes), Optional.of(936.0));
  }
}
