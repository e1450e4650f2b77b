package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Remedy.Change;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemediesTest {
  private static final List<Device> DEVICES =
      List.of(
          device(DeviceKind.DISCRETE_GPU, 48),
          device(DeviceKind.DATACENTER_GPU, 80),
          device(DeviceKind.APPLE_SOC, 64),
          device(DeviceKind.APPLE_SOC, 512));

  /** Whatever is proposed fits when it is asked. */
  @ParameterizedTest
  @MethodSource("tooLarge")
  void everyRemedyFitsAndEveryDeadEndDoesNot(FitQuestion question) {
    FitReport report = Fit.answer(question);
    Remedies found = Remedies.of(report, DEVICES);
    assertThat(found.remedies()).isNotEmpty();
    for (Remedy remedy : found.remedies()) {
      FitReport answer = Fit.answer(remedy.question());
      assertThat(answer.verdict().headroom()).as(remedy.what()).isEqualTo(remedy.headroom());
      assertThat(remedy.headroom().isNegative()).as(remedy.what()).isFalse();
      assertThat(answer.memory().deviceTotal()).as(remedy.what()).isEqualTo(remedy.cardBytes());
    }
    for (DeadEnd end : found.deadEnds()) {
      assertThat(end.missing().value()).as(end.change().what()).isPositive();
    }
  }

  static Stream<FitQuestion> tooLarge() {
    return Stream.of(
        on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 1, Host.UNKNOWN),
        on(Shapes.llama31With70b(), GgufMix.F16, 2, Host.UNKNOWN),
        on(Shapes.qwen3With32b(), GgufMix.Q4_K_M, 1, Host.UNKNOWN).withContextLength(131072),
        on(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, 1, Host.UNKNOWN),
        on(Shapes.gptOss120b(), GgufMix.MXFP4_MOE, 1, host(32)),
        on(Shapes.qwen3With30bA3b(), GgufMix.F16, 1, host(24)));
  }

  @Test
  void whatFitsNeedsNone() {
    FitReport report = Fit.answer(on(Shapes.llama31With8b(), GgufMix.Q4_K_M, 1, Host.UNKNOWN));
    assertThat(Remedies.of(report, DEVICES).remedies()).isEmpty();
    assertThat(Remedies.of(report, DEVICES).deadEnds()).isEmpty();
  }

  @Test
  void noMixIsSmallEnoughAndTheBitsThatWouldDoAreSaid() {
    FitReport report =
        Fit.answer(
            on(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, 1, Host.UNKNOWN)
                .withContextLength(32768));
    DeadEnd end = Remedies.of(report, DEVICES).deadEnds().getFirst();
    assertThat(end.change()).isEqualTo(new Change.SmallerWeights(GgufMix.IQ1_S));
    // 23.5 GiB less 2.1 of cache and 0.7 of scratch and driver, over 656e9 weights of experts.
    assertThat(end.bitsNeeded().orElseThrow()).isBetween(0.24, 0.30);
    assertThat(end.effect())
        .containsPattern("still [\\d.]+ GiB short; there is room for 0.2\\d bits");
  }

  @Test
  void smallestNumberOfCardsIsFound() {
    FitQuestion question = on(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, 1, Host.UNKNOWN);
    Change.MoreCards more =
        Remedies.of(Fit.answer(question), DEVICES).remedies().stream()
            .map(Remedy::change)
            .filter(Change.MoreCards.class::isInstance)
            .map(Change.MoreCards.class::cast)
            .findFirst()
            .orElseThrow();
    List<Card> fewer = more.machine().cards().subList(1, more.machine().cards().size());
    assertThat(
            Fit.answer(question.withMachine(new Machine(fewer, Host.UNKNOWN)))
                .verdict()
                .headroom()
                .isNegative())
        .isTrue();
    assertThat(more.what()).isEqualTo(fewer.size() + 1 + " × NVIDIA test device");
  }

  @Test
  void unequalMachineKeepsItsCards() {
    Device small = device(DeviceKind.DISCRETE_GPU, 12);
    FitQuestion question =
        on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 1, Host.UNKNOWN)
            .withMachine(
                new Machine(List.of(Card.of(Shapes.rtx4090()), Card.of(small)), Host.UNKNOWN));
    Change more =
        Remedies.of(Fit.answer(question), List.of()).remedies().stream()
            .map(Remedy::change)
            .filter(Change.MoreCards.class::isInstance)
            .findFirst()
            .orElseThrow();
    assertThat(((Change.MoreCards) more).machine().cards())
        .contains(Card.of(small))
        .contains(Card.of(Shapes.rtx4090()));
  }

  @Test
  void smallestDeviceOfEitherKindIsProposed() {
    FitReport report = Fit.answer(on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 1, Host.UNKNOWN));
    assertThat(
            Remedies.of(report, DEVICES).remedies().stream()
                .filter(remedy -> remedy.change() instanceof Change.OtherDevice)
                .map(remedy -> remedy.question().device().memory().orElseThrow()))
        .containsExactly(Bytes.ofGiB(48), Bytes.ofGiB(64));
  }

  @Test
  void sharesThatAreWrongAreSharedOtherwise() {
    FitReport report =
        Fit.answer(
            on(Shapes.llama31With70b(), GgufMix.Q4_K_M, 2, Host.UNKNOWN)
                .withPlacement(
                    new Placement(
                        new Placement.GpuLayers.All(),
                        0,
                        Placement.Split.LAYER,
                        List.of(3.0, 1.0))));
    assertThat(Remedies.of(report, DEVICES).remedies())
        .anyMatch(remedy -> remedy.what().equals("layers shared by free memory (no -ts)"));
  }

  @Test
  void hostTooSmallForTheExpertsTakesSmallerWeights() {
    FitReport report = Fit.answer(on(Shapes.qwen3With30bA3b(), GgufMix.F16, 1, host(24)));
    assertThat(Remedies.of(report, DEVICES).remedies())
        .anyMatch(remedy -> remedy.change() instanceof Change.SmallerWeightsOnHost);
  }

  @Test
  void unknownHostGetsTheSpeedOfAUsualOne() {
    FitReport report =
        Fit.answer(on(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, 1, Host.UNKNOWN));
    Remedy host =
        Remedies.of(report, DEVICES).remedies().stream()
            .filter(remedy -> remedy.change().usesHost())
            .findFirst()
            .orElseThrow();
    assertThat(host.decode()).isEmpty();
    // Hundreds of GiB are no desktop's.
    assertThat(host.assumed().orElseThrow().memory().name()).isEqualTo("12 channels of DDR5-4800");
    assertThat(host.effect()).contains("on the host", "beside 12 channels of DDR5-4800");
  }

  private static FitQuestion on(ModelSpec model, GgufMix mix, int cards, Host host) {
    List<Card> all = new ArrayList<>();
    for (int card = 0; card < cards; card++) {
      all.add(Card.of(Shapes.rtx4090()));
    }
    return FitQuestion.of(model, mix, Shapes.rtx4090(), 8192).withMachine(new Machine(all, host));
  }

  private static Host host(int gibibytes) {
    return new Host(Optional.of(Bytes.ofGiB(gibibytes)), Optional.empty());
  }

  private static Device device(DeviceKind kind, int gibibytes) {
    return Shapes.device(
        kind == DeviceKind.APPLE_SOC ? "Apple" : "NVIDIA",
        kind,
        OptionalInt.of(gibibytes),
        Optional.of(500.0));
  }
}
