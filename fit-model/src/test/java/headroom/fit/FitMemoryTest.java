package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheFormat;
import headroom.mix.MixRules;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.AsStored;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers are those that llama.cpp and ik_llama.cpp print when they load the model. */
class FitMemoryTest {
  private static final CacheFormat Q8 = CacheFormat.of(QuantFormat.Q8_0);

  @Test
  void llama31With8bMatchesItsLogAt8kWithoutFlashAttention() {
    // A build of 2024: it stored values without a list of their places.
    FitReport report =
        Fit.answer(
            llama(8192)
                .withFlashAttention(false)
                .withSequences(4)
                .withEngine(new Engine.LlamaCpp(false, true, LlamaCppBuild.GATES_IN_PLACE)));
    assertThat(line(report, "weights").bytes().mebibytes()).isCloseTo(4403.49, within(0.02));
    assertThat(line(report, "token embedding").bytes().mebibytes()).isCloseTo(281.81, within(0.01));
    assertThat(line(report, "token embedding").place()).isEqualTo(Place.HOST);
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(1024));
    assertThat(line(report, "compute buffer").bytes()).isEqualTo(Bytes.ofMiB(560));
    assertThat(sum(report, Quantity.COMPUTE, Place.HOST).mebibytes())
        .isCloseTo(24.01, within(0.02));
    assertThat(line(report, "logits").bytes().mebibytes()).isCloseTo(2.02, within(0.07));
  }

  @Test
  void qwen3With32bMatchesItsLogWithAnEightBitCache() {
    FitReport report =
        Fit.answer(question(Shapes.qwen3With32b(), GgufMix.Q4_K_M, 16896).withCache(Q8, Q8));
    assertThat(line(report, "compute buffer").bytes()).isEqualTo(Bytes.ofMiB(306.75));
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(2244));
  }

  @Test
  void phi3FusedAttentionMatchesItsLogOnACpu() {
    FitReport report =
        Fit.answer(
            FitQuestion.of(Shapes.phi3Mini(), GgufMix.Q4_K_M, cpu(), 2048)
                .withEngine(Shapes.LLAMA_CPP_OF_2025)
                .withFlashAttention(false));
    assertThat(line(report, "compute buffer").bytes()).isEqualTo(Bytes.ofMiB(168));
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(768));
  }

  @Test
  void mixedCacheFormatsAreSummedApart() {
    // Llama-3.1-8B at 1024 with iq4_nl keys and f16 values: 18 + 64 MiB.
    FitReport report =
        Fit.answer(llama(1024).withCache(CacheFormat.of(QuantFormat.IQ4_NL), CacheFormat.F16));
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(82));
  }

  @Test
  void gemma3With27bKeepsWindowsAndTheSecondEmbedding() {
    FitReport report = Fit.answer(question(Shapes.gemma3With27b(), GgufMix.Q4_K_M, 32768));
    assertThat(line(report, "weights").bytes().mebibytes()).isCloseTo(15773.97, within(0.1));
    assertThat(line(report, "token embedding, a second time").bytes().mebibytes())
        .isCloseTo(1102.77, within(0.01));
    assertThat(line(report, "compute buffer").bytes().mebibytes()).isCloseTo(522.62, within(0.01));
    // 10 full layers of 32768 cells, 52 of pad(1024 + 512) = 1536; 16 heads of 128, f16.
    assertThat(line(report, "KV cache, full attention").bytes()).isEqualTo(Bytes.ofMiB(2560));
    assertThat(line(report, "KV cache, sliding window").bytes()).isEqualTo(Bytes.ofMiB(624));
  }

  @Test
  void gemma3With1bHoldsItsTiedMatrixTwice() {
    FitReport report =
        Fit.answer(question(Shapes.gemma3With1b(), GgufMix.Q8_0, 8192).withFlashAttention(false));
    assertThat(line(report, "weights").bytes().mebibytes()).isCloseTo(1013.54, within(0.02));
    assertThat(sum(report, Quantity.WEIGHTS, Place.HOST)).isEqualTo(Bytes.ofMiB(306));
    assertThat(line(report, "compute buffer").bytes()).isEqualTo(Bytes.ofMiB(514.25));
  }

  @Test
  void gptOssWindowsHoldFourSequences() {
    FitReport report =
        Fit.answer(question(Shapes.gptOss120b(), GgufMix.MXFP4_MOE, 65536).withSequences(4));
    assertThat(line(report, "KV cache, full attention").bytes()).isEqualTo(Bytes.ofMiB(2304));
    assertThat(line(report, "KV cache, sliding window").bytes()).isEqualTo(Bytes.ofMiB(36));
    assertThat(line(report, "KV cache, sliding window").formula())
        .contains("18 layers")
        .contains("1024 cells")
        .contains("128 × 4 + 512");
  }

  /** llama_kv_cache_dsv4: a window of keys, entries of 4 and 128 tokens, sums in F32. */
  @Test
  void deepSeekV4KeepsKeysOfItsWindowAndEntriesBefore() {
    ModelSpec model = Catalogue.load().model("deepseek-v4-flash").orElseThrow().spec();
    FitReport report = Fit.answer(question(model, GgufMix.Q4_K_M, 65536).withMicroBatch(4096));
    // 43 layers × (128 + 4096 padded to 4352) × 512 × 2 B: issue 27680 of llama.cpp logged 182.75.
    assertThat(line(report, "KV cache, sliding window").bytes()).isEqualTo(Bytes.ofMiB(182.75));
    // 21 layers of 65536 / 4 and 20 of 65536 / 128 entries of 1 KiB; sums of 2 × 1024 × 8 and
    // 2 × 512 × 128 elements, those of the indexer 2 × 256 × 8.
    long sums = 21 * 4 * (2 * 1024 * 8 + 2 * 256 * 8) + 20 * 4 * (2 * 512 * 128);
    assertThat(line(report, "compressed keys").bytes().value())
        .isEqualTo(21L * 16384 * 1024 + 20L * 512 * 1024 + sums);
    assertThat(line(report, "indexer keys").bytes().value()).isEqualTo(21L * 16384 * 256);
  }

  /** A layer of Falcon-H1 has a cache and a state. */
  @Test
  void mixerBesideAttentionKeepsItsState() {
    ModelSpec llama = Shapes.llama31With8b();
    AttentionSpec.Recurrent mamba = new AttentionSpec.Recurrent("Mamba", 300, 700, 0);
    ModelSpec both =
        llama.withLayers(
            llama.layers().stream()
                .map(
                    layer ->
                        new LayerSpec(
                            layer.attention(), layer.feedForward(), true, Optional.of(mamba)))
                .toList());
    FitReport report = Fit.answer(question(both, GgufMix.Q4_K_M, 8192).withSequences(2));
    assertThat(line(report, "KV cache, full attention").bytes()).isEqualTo(Bytes.ofMiB(1024));
    assertThat(line(report, "recurrent state").bytes().value()).isEqualTo(32 * 2 * 4 * 1000);
  }

  /** Load logs in github-data of ik_llama.cpp at 8337e4cd: DeepSeek R1 and V3, -mla 2 or 3. */
  @ParameterizedTest
  @CsvSource({
    "2048, 512, 512, q8, 503.00",
    "32768, 512, 512, q8, 3425.00",
    "32768, 512, 512, f16, 3393.00",
    "65536, 512, 512, q8, 6081.00",
    "32768, 1024, 512, q8, 3650.00",
    "32768, 4096, 512, q8, 4104.02",
    "40960, 4096, 512, q8, 4560.02",
    "65536, 4096, 512, q8, 6992.03",
    "131072, 1024, 512, q8, 11718.25",
    "153600, 4096, 512, q8, 14157.02",
    "16384, 4096, 1024, f16, 3152.02",
    "32768, 512, 16384, q8, 6346.00"
  })
  void latentsUnfoldedForAPromptTakeWhatLogsOfIkLlamaCppShow(
      int context, int microBatch, int attentionBatch, String cache, double mebibytes) {
    CacheFormat format = cache.equals("q8") ? Q8 : CacheFormat.F16;
    FitReport report =
        Fit.answer(
            question(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, context)
                .withEngine(new Engine.IkLlamaCpp(3, OptionalInt.of(attentionBatch)))
                .withMicroBatch(microBatch)
                .withCache(format, format));
    assertThat(line(report, "compute buffer").bytes().mebibytes())
        .isCloseTo(mebibytes, withinPercentage(6.5));
  }

  @Test
  void latentAttentionStores576PerTokenAndNoValues() {
    ModelSpec model = Shapes.deepSeek(Optional.empty());
    FitReport plain = Fit.answer(question(model, GgufMix.Q4_K_M, 2048));
    assertThat(sum(plain, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(137.25));
    FitReport eight = Fit.answer(question(model, GgufMix.Q4_K_M, 131072).withCache(Q8, Q8));
    assertThat(sum(eight, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(4666.5));
    // What llama.cpp's own allocator lays out for this shape: 380.01 MiB.
    assertThat(line(plain, "compute buffer").bytes().mebibytes())
        .isCloseTo(380.01, withinPercentage(1.5));
    assertThat(line(plain, "KV cache, latent attention").formula())
        .contains("61 layers")
        .contains("512 latent + 64 rotary");
  }

  @Test
  void indexerKeysGetALineOfTheirOwn() {
    ModelSpec model = Shapes.deepSeek(Optional.of(new AttentionSpec.Indexer(64, 128, 2048)));
    FitReport report = Fit.answer(question(model, GgufMix.Q4_K_M, 4096));
    assertThat(line(report, "indexer keys").bytes()).isEqualTo(Bytes.of(61L * 4096 * 256));
  }

  @Test
  void recurrentStateGrowsWithSequencesNotWithContext() {
    FitQuestion one = question(Shapes.qwen36With27b(), GgufMix.Q4_K_M, 32768);
    FitReport report = Fit.answer(one);
    assertThat(line(report, "recurrent state").bytes().mebibytes()).isCloseTo(149.62, within(0.01));
    assertThat(line(report, "KV cache, full attention").bytes()).isEqualTo(Bytes.ofMiB(2048));
    FitReport four = Fit.answer(one.withContextLength(131072).withSequences(4));
    assertThat(line(four, "recurrent state").bytes()).isEqualTo(Bytes.ofMiB(598.5));
    assertThat(line(four, "compute buffer of the host").bytes().mebibytes())
        .isCloseTo(276.29, within(0.5));
  }

  /** A public log of LM Studio, gpt-oss-120b on Metal: 25.64 MiB; masks and places of values. */
  @Test
  void withoutFlashAttentionTheHostListsThePlacesOfValues() {
    FitReport report =
        Fit.answer(
            FitQuestion.of(Shapes.gptOss120b(), GgufMix.MXFP4_MOE, Shapes.rtx4090(), 4096)
                .withEngine(new Engine.LlamaCpp(true, true, LlamaCppBuild.LOGITS_OF_BATCH))
                .withFlashAttention(false));
    assertThat(line(report, "compute buffer of the host").bytes().mebibytes()).isEqualTo(25.625);
  }

  @Test
  void layersThatReadAnothersCacheCostNothing() {
    ModelSpec llama = Shapes.llama31With8b();
    List<LayerSpec> shared =
        llama.layers().stream()
            .map(layer -> new LayerSpec(layer.attention(), layer.feedForward(), false))
            .toList();
    ModelSpec model =
        new ModelSpec(
            "shared",
            "shared",
            "gemma4",
            4096,
            128256,
            false,
            shared,
            llama.tensors(),
            OptionalInt.empty());
    FitReport report = Fit.answer(question(model, GgufMix.Q4_K_M, 8192));
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ZERO);
  }

  @Test
  void cpuHoldsEverythingInOnePlaceWithoutADriver() {
    FitReport report =
        Fit.answer(
            FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, cpu(), 8192)
                .withDeviceMemory(Bytes.ofGiB(16)));
    assertThat(report.memory().lines()).allMatch(line -> line.place().isCard());
    assertThat(line(report, "weights").bytes().mebibytes()).isCloseTo(4685.3, within(0.02));
    assertThat(report.memory().lines()).noneMatch(line -> line.what().contains("context and"));
    assertThat(report.verdict()).isInstanceOf(Verdict.Fits.class);
  }

  @Test
  void flatFormatLeavesEmbeddingAndOutputAt16Bits() {
    // 32 layers of 218,103,808 linear weights at 8 bits; 2 × 128256 × 4096 and norms at 16.
    FlatFormat eight = new FlatFormat("w8a8", "W8A8", 8, "arXiv 2211.10438");
    FitReport report = Fit.answer(question(Shapes.llama31With8b(), eight, 4096));
    long expected = 32L * 218_103_808 + 2 * (2L * 128256 * 4096) + 2 * (65L * 4096 + 64);
    assertThat(line(report, "weights").bytes()).isEqualTo(Bytes.of(expected));
    assertThat(sum(report, Quantity.WEIGHTS, Place.HOST)).isEqualTo(Bytes.ZERO);
    assertThat(report.notes()).anyMatch(note -> note.contains("engines other than llama.cpp"));
  }

  @Test
  void flatFormatMatchesWhatVllmLoads() {
    // Llama-3.1-70B in W8A8: "Loading model weights took 67.7229 GB" (GiB).
    FlatFormat eight = new FlatFormat("w8a8", "W8A8", 8, "arXiv 2211.10438");
    FitReport report = Fit.answer(question(Shapes.llama31With70b(), eight, 2048));
    assertThat(line(report, "weights").bytes().gibibytes()).isCloseTo(67.72, within(0.1));
  }

  @Test
  void storedFileIsCountedByItsHeader() {
    ModelSpec model = Shapes.llama31With8b();
    Map<String, QuantFormat> header = new HashMap<>(MixRules.formats(GgufMix.Q4_K_M, model));
    FitReport mix = Fit.answer(question(model, GgufMix.Q4_K_M, 4096));
    FitReport file = Fit.answer(question(model, new AsStored(header, Bytes.ofGiB(4.58)), 4096));
    assertThat(line(file, "weights").bytes()).isEqualTo(line(mix, "weights").bytes());
    header.remove("blk.7.ffn_up.weight");
    AsStored torn = new AsStored(header, Bytes.ofGiB(4.58));
    assertThatThrownBy(() -> Fit.answer(question(model, torn, 4096)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blk.7.ffn_up.weight")
        .hasMessageContaining("llama-3.1-8b")
        .hasMessageContaining("check that the file and the model belong together");
  }

  @Test
  void wideLayersRuleTheComputeBuffer() {
    // Nemotron-Ultra-253B, third GPU: 2560 MiB. Mixtral-8x7B on Metal: 115.5 MiB.
    FitReport nemotron =
        Fit.answer(
            question(Shapes.nemotronUltraWideLayer(), GgufMix.Q3_K_M, 12288)
                .withEngine(new Engine.IkLlamaCpp(0, OptionalInt.empty())));
    assertThat(line(nemotron, "compute buffer").bytes()).isEqualTo(Bytes.ofMiB(2560));
    FitReport mixtral =
        Fit.answer(
            question(Shapes.mixtral8x7b(), GgufMix.Q5_K_M, 512)
                .withFlashAttention(false)
                .withEngine(new Engine.LlamaCpp(true, true, LlamaCppBuild.GATES_IN_PLACE)));
    assertThat(line(mixtral, "compute buffer").bytes().mebibytes())
        .isCloseTo(115.5, withinPercentage(4));
  }

  /** What llama.cpp's allocator lays out, flash attention on, at 4096 cells. */
  @Test
  void gatesTheirProductAndOutputsOfExpertsLiveTogether() {
    FitReport mixtral = Fit.answer(question(Shapes.mixtral8x7b(), GgufMix.Q5_K_M, 4096));
    assertThat(line(mixtral, "compute buffer").bytes().mebibytes())
        .isCloseTo(196.01, withinPercentage(0.1));
    FitReport llama =
        Fit.answer(question(Shapes.llama2(32, 4096, 32, 32, 11008), GgufMix.Q4_K_M, 4096));
    assertThat(line(llama, "compute buffer").bytes().mebibytes())
        .isCloseTo(92.51, withinPercentage(0.1));
  }

  /** What llama.cpp's allocator lays out, flash attention on, at 8192 cells. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "phi-3-mini | 3 × 8192 feed-forward + 2 × 3072 embedding | Phi-3-mini 68.01",
        "lfm2-1.2b | 3 × 8192 feed-forward + 2 × 2048 embedding | LFM2-1.2B 64.03",
        "falcon-7b | 1 × 18176 feed-forward + 3 × 4544 embedding | Falcon-7B 70.13",
      })
  void sourceOfAWideLayerTellsHowMuchOfTheStreamLives(String id, String terms, String logged) {
    Catalogue catalogue = Catalogue.load();
    ModelSpec model = catalogue.spec(catalogue.model(id).orElseThrow());
    FitReport report = Fit.answer(FitQuestion.of(model, GgufMix.Q8_0, Shapes.rtx4090(), 8192));
    MemoryLine compute = line(report, "compute buffer");
    assertThat(compute.formula()).contains(terms);
    assertThat(compute.source()).contains(logged);
    assertThat(compute.bytes().mebibytes())
        .isCloseTo(Double.parseDouble(logged.split(" ")[1]), within(0.05));
  }

  @Test
  void evictionCapsTheCellsOfFullAttention() {
    FitReport report = Fit.answer(llama(32768).withCacheWindow(2048));
    assertThat(sum(report, Quantity.KV, Place.DEVICE)).isEqualTo(Bytes.ofMiB(256));
  }

  @Test
  void smallContextShrinksTheMicroBatch() {
    FitReport report = Fit.answer(llama(64));
    assertThat(line(report, "compute buffer").formula()).contains("64 tokens");
    assertThat(line(report, "KV cache, full attention").formula()).contains("256 cells");
  }

  @Test
  void everyLineHasItsNumbersAndItsSource() {
    FitReport report = Fit.answer(llama(8192));
    assertThat(report.memory().lines())
        .hasSize(7)
        .allMatch(line -> line.formula().matches(".*\\d.*"))
        .noneMatch(line -> line.source().isBlank());
    assertThat(line(report, "weights").formula()).contains("Q4_K").contains("/ 256 × 144 B");
    assertThat(line(report, "KV cache, full attention").formula())
        .contains("32 layers × 8192 cells")
        .contains("8 × 128 keys as f16 = 2048 B");
  }

  private static FitQuestion llama(int context) {
    return question(Shapes.llama31With8b(), GgufMix.Q4_K_M, context);
  }

  private static FitQuestion question(
      ModelSpec model, headroom.quant.WeightFormat weights, int context) {
    return FitQuestion.of(model, weights, Shapes.rtx4090(), context)
        .withEngine(Shapes.LLAMA_CPP_OF_2025);
  }

  private static Device cpu() {
    return Shapes.device("generic", DeviceKind.CPU_MEMORY, OptionalInt.empty(), Optional.of(51.2));
  }

  private static MemoryLine line(FitReport report, String what) {
    return report.memory().lines().stream()
        .filter(line -> line.what().equals(what))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line '" + what + "' in " + report.memory()));
  }

  private static Bytes sum(FitReport report, Quantity quantity, Place place) {
    return report.memory().lines().stream()
        .filter(line -> line.quantity() == quantity && line.place().equals(place))
        .map(MemoryLine::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }
}
