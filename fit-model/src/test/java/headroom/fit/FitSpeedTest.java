package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.model.AttentionSpec;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.speed.Backend;
import headroom.speed.DecodeRates;
import headroom.speed.DecodeWork;
import headroom.speed.DeviceTraits;
import headroom.speed.Era;
import headroom.speed.SpeedConstants;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FitSpeedTest {
  @Test
  void decodeIsBytesOverBandwidthPlusTimePerLayer() {
    FitQuestion question = llama(8192);
    SpeedEstimate decode = DecodeSpeed.at(question, 8192).orElseThrow();
    DeviceTraits traits = DeviceTraits.of(Shapes.rtx4090(), Backend.CUDA, Era.CURRENT);
    DecodeRates rates = SpeedConstants.decode(traits);
    DecodeWork work =
        DecodeSpeed.work(question, 8192, new SpeedSetting(Backend.CUDA, Era.CURRENT)).orElseThrow();
    assertThat(decode.median().tokensPerSecond()).isCloseTo(1 / work.seconds(rates), within(1e-6));
    double bytes = TokenTraffic.of(question, 8192).total().value();
    // No card reads more than its peak, and what it does beside reading is less than reading.
    assertThat(work.seconds(rates)).isBetween(bytes / 1008e9, 2 * bytes / 1008e9);
    assertThat(decode.low()).isLessThan(decode.median());
    assertThat(decode.high()).isGreaterThan(decode.median());
    assertThat(decode.limiter()).isEqualTo("memory bandwidth");
    assertThat(decode.formula()).contains("depth 8192").contains("1008 GB/s").contains("32 layers");
    assertThat(decode.source()).contains("headroom calibrate").contains("measurements of");
  }

  /**
   * RTX 4090 with Llama-3-8B from XiongjieDai/GPU-Benchmarks-on-LLM-Inference (4090 notebook);
   * built in 2024; generation starts from an empty cache, so the mean depth is half the tokens.
   */
  @ParameterizedTest
  @CsvSource({"Q4_K_M, 512, 130.58", "Q4_K_M, 4096, 119.44", "F16, 512, 54.84", "F16, 4096, 52.63"})
  void measuredRatesOfAnRtx4090LieInTheInterval(GgufMix mix, int generated, double measured) {
    FitQuestion question =
        FitQuestion.of(Shapes.llama31With8b(), mix, Shapes.rtx4090(), 2 * generated);
    SpeedSetting then = new SpeedSetting(Backend.CUDA, Era.Y2024);
    SpeedEstimate decode = DecodeSpeed.at(question, generated / 2, then).orElseThrow();
    assertThat(measured).isBetween(decode.low().tokensPerSecond(), decode.high().tokensPerSecond());
  }

  @Test
  void prefillOfACpuOfWhichOnlyTheMemoryIsKnownHasAWideInterval() {
    Device cpu =
        Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.of(64), Optional.of(89.6));
    SpeedEstimate prefill =
        PrefillSpeed.of(FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, cpu, 4096), 512, 0)
            .orElseThrow();
    assertThat(prefill.high().tokensPerSecond()).isGreaterThan(3 * prefill.low().tokensPerSecond());
  }

  @Test
  void cardsThatHoldLayersInTurnAddUpTheirTimes() {
    FitQuestion one = llama(8192);
    Card card = Card.of(Shapes.rtx4090());
    FitQuestion two = one.withMachine(new Machine(List.of(card, card), Host.UNKNOWN));
    double alone = 1 / rate(DecodeSpeed.at(one, 4096));
    double both = 1 / rate(DecodeSpeed.at(two, 4096));
    DecodeRates rates =
        SpeedConstants.decode(DeviceTraits.of(Shapes.rtx4090(), Backend.CUDA, Era.CURRENT));
    assertThat(both - alone).isCloseTo(rates.cardSeconds(), within(1e-9));
    assertThat(rate(PrefillSpeed.of(two, 4096, 0)))
        .isGreaterThan(rate(PrefillSpeed.of(one, 4096, 0)));
  }

  @Test
  void weightsOnTheHostAreReadAtTheHostsBandwidth() {
    FitQuestion question = llama(8192);
    Device host =
        Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.of(64), Optional.of(89.6));
    ModelTraffic traffic = ModelTraffic.of(question);
    PlaceTraffic card =
        new PlaceTraffic(
            0, Shapes.rtx4090(), Backend.CUDA, traffic.weights().times(0.5), 1e8, 0, 1);
    PlaceTraffic rest =
        new PlaceTraffic(Layout.HOST, host, Backend.CPU, traffic.weights().times(0.5), 1e8, 0, 1);
    double onCard = rate(DecodeSpeed.over(List.of(card, card), question, 0, Era.CURRENT));
    double offloaded = rate(DecodeSpeed.over(List.of(card, rest), question, 0, Era.CURRENT));
    // Half of 4.6 GB at less than 89.6 GB/s takes more than 25 ms.
    assertThat(1 / offloaded).isGreaterThan(1 / onCard + 0.020);
  }

  @Test
  void sequencesTogetherShareTheWeightsButNotTheCache() {
    double one = rate(DecodeSpeed.together(llama(8192), 1024, 1));
    double eight = rate(DecodeSpeed.together(llama(8192), 1024, 8));
    assertThat(one).isCloseTo(rate(DecodeSpeed.at(llama(8192), 1024)), within(1e-6));
    assertThat(eight).isBetween(2 * one, 8 * one);
    FitQuestion sparse =
        FitQuestion.of(Shapes.qwen3With30bA3b(), GgufMix.Q4_K_M, Shapes.rtx4090(), 8192);
    double gain =
        rate(DecodeSpeed.together(sparse, 0, 8)) / rate(DecodeSpeed.together(sparse, 0, 1));
    double dense =
        rate(DecodeSpeed.together(llama(8192), 0, 8))
            / rate(DecodeSpeed.together(llama(8192), 0, 1));
    assertThat(gain).isLessThan(dense);
  }

  @Test
  void weightsReadPerTokenLeaveOutTheEmbeddingAndIdleExperts() {
    TokenTraffic llama = TokenTraffic.of(llama(8192), 0);
    assertThat(llama.weights().mebibytes()).isCloseTo(4403.49, within(0.02));
    assertThat(llama.cache().value()).isZero();
    ModelSpec sparse = Shapes.qwen3With30bA3b();
    FitQuestion question = FitQuestion.of(sparse, GgufMix.F16, Shapes.rtx4090(), 4096);
    double activeBillions = TokenTraffic.of(question, 0).weights().value() / 2e9;
    // "A3B": 3.3 billion active with the embedding, 3.0 without its 0.31.
    assertThat(activeBillions).isBetween(2.9, 3.1);
  }

  @Test
  void cacheReadGrowsWithDepthButNotPastAWindow() {
    FitQuestion full = llama(65536);
    assertThat(TokenTraffic.of(full, 4096).cache().value()).isEqualTo(4096L * 131_072);
    FitQuestion evicting = full.withCacheWindow(1024);
    assertThat(TokenTraffic.of(evicting, 4096).cache().value()).isEqualTo(1024L * 131_072);
    ModelSpec gptOss = Shapes.gptOss120b();
    FitQuestion sliding = FitQuestion.of(gptOss, GgufMix.MXFP4_MOE, Shapes.rtx4090(), 65536);
    // 18 layers of 8192 and 18 of 128 tokens, 2 KiB per token and layer.
    assertThat(TokenTraffic.of(sliding, 8192).cache().value()).isEqualTo(18L * (8192 + 128) * 2048);
  }

  @Test
  void indexerReadsAllSmallKeysButFewLatents() {
    ModelSpec model = Shapes.deepSeek(Optional.of(new AttentionSpec.Indexer(64, 128, 2048)));
    FitQuestion question = FitQuestion.of(model, GgufMix.Q4_K_M, Shapes.rtx4090(), 65536);
    assertThat(TokenTraffic.of(question, 32768).cache().value())
        .isEqualTo(61L * (2048 * 1152 + 32768 * 256));
  }

  @Test
  void speculationMultipliesDecodeByTheorem38() {
    Speculation.Chain paper = new Speculation.Chain(0.75, 7, 0.02);
    // The paper's own expected factor for this row is 3.2.
    assertThat(paper.speedup()).isCloseTo(3.16, within(0.01));
    assertThat(new Speculation.Chain(1, 4, 0).expectedTokens()).isEqualTo(5);
    assertThat(new Speculation.Chain(0, 4, 0.1).speedup()).isCloseTo(1 / 1.4, within(1e-12));
    double plain = rate(Fit.answer(llama(4096)).decode());
    FitReport drafted = Fit.answer(llama(4096).withSpeculation(paper));
    assertThat(rate(drafted.decode()) / plain).isCloseTo(paper.speedup(), within(1e-9));
    assertThat(drafted.decode().orElseThrow().formula()).contains("α = 0.75").contains("γ = 7");
  }

  @Test
  void prefillIsLimitedByArithmeticAndLongPromptsByAttention() {
    SpeedEstimate one = PrefillSpeed.of(llama(131072), 512, 0).orElseThrow();
    assertThat(one.limiter()).isEqualTo("arithmetic");
    assertThat(one.formula()).contains("512 tokens").contains("330.3 TFLOPS");
    SpeedEstimate deep = PrefillSpeed.of(llama(131072), 512, 130_000).orElseThrow();
    assertThat(deep.median()).isLessThan(one.median());
    assertThat(deep.limiter()).isEqualTo("arithmetic of attention");
    SpeedEstimate single = PrefillSpeed.of(llama(4096), 1, 0).orElseThrow();
    assertThat(single.limiter()).isEqualTo("memory bandwidth");
    assertThatThrownBy(() -> PrefillSpeed.of(llama(4096), 0, 0))
        .hasMessageContaining("prompt has 0 tokens");
  }

  @Test
  void unknownBandwidthGivesNoSpeedAndANote() {
    Device blank =
        Shapes.device("NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.empty());
    FitReport report =
        Fit.answer(FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, blank, 4096));
    assertThat(report.decode()).isEmpty();
    assertThat(report.prefill()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.contains("bandwidth of NVIDIA test device"));
  }

  @Test
  void unmeasuredMakersGetNoSpeed() {
    Device other =
        Shapes.device("Moore", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.of(500.0));
    FitReport report =
        Fit.answer(FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, other, 4096));
    assertThat(report.decode()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.contains("no device like"));
  }

  @Test
  void everyClassOfDeviceGivesAnOrderedInterval() {
    for (DeviceKind kind : DeviceKind.values()) {
      for (String vendor : new String[] {"NVIDIA", "AMD", "Intel", "Apple"}) {
        Device device = Shapes.device(vendor, kind, OptionalInt.of(64), Optional.of(500.0));
        FitQuestion question = FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, device, 4096);
        DecodeSpeed.at(question, 4096).ifPresent(FitSpeedTest::assertOrdered);
        PrefillSpeed.of(question, 512, 0).ifPresent(FitSpeedTest::assertOrdered);
        assertThat(DecodeSpeed.at(question, 4096).isPresent())
            .isEqualTo(Backend.usual(device).isPresent());
      }
    }
  }

  private static void assertOrdered(SpeedEstimate estimate) {
    assertThat(estimate.low()).isLessThan(estimate.median());
    assertThat(estimate.median()).isLessThan(estimate.high());
  }

  private static double rate(Optional<SpeedEstimate> estimate) {
    return estimate.map(SpeedEstimate::median).map(TokenRate::tokensPerSecond).orElseThrow();
  }

  private static FitQuestion llama(int context) {
    return FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, Shapes.rtx4090(), context);
  }
}
