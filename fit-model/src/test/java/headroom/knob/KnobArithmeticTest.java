package headroom.knob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.device.Device;
import headroom.fit.DecodeSpeed;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.MemoryLine;
import headroom.fit.PrefillSpeed;
import headroom.fit.Shapes;
import headroom.fit.TokenTraffic;
import headroom.quant.GgufMix;
import headroom.units.Bandwidth;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every knob changes, computed by hand. Llama-3.1-8B has 6,979,321,856 weights in linear
 * layers and 1,050,939,456 others; at 32,768 tokens its F16 cache takes 4 GiB, 4096 B per token and
 * layer.
 */
class KnobArithmeticTest {
  private static final FitQuestion LLAMA =
      FitQuestion.of(Shapes.llama31With8b(), GgufMix.F16, Shapes.rtx4090(), 32768);
  private static final FitQuestion LLAMA_2 =
      FitQuestion.of(Shapes.llama2(32, 4096, 32, 32, 11008), GgufMix.F16, Shapes.rtx4090(), 4096);
  private static final FitQuestion DEEPSEEK =
      FitQuestion.of(Shapes.deepSeek(Optional.empty()), GgufMix.F16, Shapes.rtx4090(), 32768);
  private static final FitQuestion LINKED =
      FitQuestion.of(
          Shapes.llama31With8b(),
          GgufMix.F16,
          linked(Shapes.rtx4090(), Bandwidth.ofGigabytesPerSecond(31.5)),
          32768);
  private static final long GIB = 1L << 30;

  /**
   * One figure of the report.
   *
   * @param slug the knob
   * @param what the figure
   * @param plain the question before the knob
   * @param read takes the figure from the turned question
   * @param expected worked out by hand
   */
  record Check(
      String slug,
      String what,
      FitQuestion plain,
      ToDoubleFunction<FitQuestion> read,
      double expected) {
    @Override
    public String toString() {
      return slug + ": " + what;
    }
  }

  private static Device linked(Device device, Bandwidth link) {
    return new Device(
        device.id(),
        device.name(),
        device.vendor(),
        device.kind(),
        device.memory(),
        device.bandwidth(),
        device.compute(),
        device.unifiedMemory(),
        Optional.of(link),
        device.computeCapability());
  }

  private static Check weights(String slug, long expected) {
    return new Check(slug, "weights", LLAMA, q -> bytes(q, "weights", true), expected);
  }

  private static Check cache(String slug, FitQuestion plain, long expected) {
    return new Check(slug, "cache", plain, q -> bytes(q, "KV cache"), expected);
  }

  private static Check speedup(String slug, double expected) {
    return new Check(slug, "decode, times plain", LLAMA, q -> decode(q) / decode(LLAMA), expected);
  }

  private static Check extra(String slug, FitQuestion plain, String line, long expected) {
    return new Check(slug, line, plain, q -> bytes(q, line), expected);
  }

  private static Check read(String slug, FitQuestion plain, String what, double expected) {
    return new Check(
        slug,
        what,
        plain,
        q -> {
          TokenTraffic traffic = TokenTraffic.of(q, q.contextPerSequence());
          return what.startsWith("cache") ? traffic.cache().value() : traffic.weights().value();
        },
        expected);
  }

  static Stream<Check> checks() {
    return Stream.of(
        // Linear weights × bits / 8, each tensor rounded up, and 2 B for each of the others.
        weights("gptq", 5_727_854_720L),
        weights("awq", 5_727_854_720L),
        weights("spqr", 6_141_161_568L),
        weights("squeezellm", 4_928_504_384L),
        weights("aqlm", 3_907_778_592L),
        weights("llm-int8", 9_089_925_024L),
        weights("smoothquant", 9_089_925_024L),
        weights("nf4", 5_702_336_736L),
        weights("bitnet", 3_846_709_376L),
        weights("fp8", 9_082_945_760L),
        weights("nvfp4", 6_027_747_456L),
        weights("mxfp4", 5_809_643_648L),
        weights("sparsegpt", 9_953_616_000L),
        weights("sparse-marlin", 4_828_176_512L),
        weights("quarot", 5_595_029_664L),
        // 4 + 32/128 bits: 17/64 of 16.
        cache("quarot", LLAMA, 4 * GIB * 17 / 64),
        weights("bitnet-a48", 3_846_709_376L),
        cache("bitnet-a48", LLAMA, 4 * GIB * 3 / 16),
        // 25 % of the linear weights are attention's: 1,342,177,280; of the rest 55 % are read.
        read(
            "bitnet-a48",
            LLAMA,
            "weights read",
            (1_342_177_280L + 0.55 * 5_637_144_576L) / 4 + 2 * (525_336_576L + 266_304)),
        // Rows of 1024 elements, rounded up to bytes.
        cache("kivi", LLAMA, 2L * 384 * 32 * 32768),
        cache("kvquant", LLAMA, 2L * 427 * 32 * 32768),
        cache("kvtuner", LLAMA, 2L * 416 * 32 * 32768),
        cache("turboquant", LLAMA, 2L * 448 * 32 * 32768),
        cache("saw-int4", LLAMA, 2L * 544 * 32 * 32768),
        cache("oscar", LLAMA, 2L * 292 * 32 * 32768),
        cache("deltakv", LLAMA, 2L * 594 * 32 * 32768),
        cache("xquant", LLAMA, 2L * 306 * 32 * 32768),
        // Full heads: 4096 elements × 1.28 / 8, rounded up.
        cache("xquant", LLAMA_2, 2L * 656 * 32 * 4096),
        // A fifth of 32768 is 6554, padded to 6656.
        cache("h2o", LLAMA, 6656L * 4096 * 32),
        cache("streaming-llm", LLAMA, 2048L * 4096 * 32),
        // Without: 32 heads × 32768 + mask 32768 + 4 × 4096; with: 3 × 14336 + 2 × 4096 is below
        // 128256 + 4096.
        new Check(
            "flash-attention",
            "compute buffer",
            LLAMA.withFlashAttention(false).withEngine(Shapes.LLAMA_CPP_OF_2025),
            q -> bytes(q, "compute buffer", true),
            4L * 512 * (128256 + 4096)),
        // 32 key-value heads become 8: a quarter of 2 GiB.
        cache("gqa", LLAMA_2, GIB / 2),
        cache("mqa", LLAMA, GIB / 2),
        // Keys and values of 1 instead of 8 heads: 7 × 128 × 4096 fewer weights twice per layer.
        new Check(
            "mqa",
            "weights",
            LLAMA,
            q -> bytes(LLAMA, "weights", true) - bytes(q, "weights", true),
            2.0 * 32 * 2 * 7 * 128 * 4096),
        // 512 + 64 elements of 2 B.
        cache("mla", LLAMA, 1152L * 32 * 32768),
        cache("cla", LLAMA, 2 * GIB),
        // The latents stay; a key of 128 elements more per token and layer.
        extra("dsa", DEEPSEEK, "indexer keys", 256L * 61 * 32768),
        // 2048 latents of 1152 B and every small key.
        read("dsa", DEEPSEEK, "cache read", 61.0 * (2048 * 1152 + 32768 * 256)),
        cache("nsa", LLAMA, 4 * GIB + GIB / 4),
        // 1024 chosen + 512 recent + 32768/16 summaries.
        read("nsa", LLAMA, "cache read", 3584.0 * 4096 * 32),
        // Seven more networks and a router of 8 × 4096 in F32 per layer.
        new Check(
            "moe",
            "weights",
            LLAMA,
            q -> bytes(q, "weights", true) - bytes(LLAMA, "weights", true),
            2.0 * 7 * 5_637_144_576L + 4.0 * 32 * 8 * 4096),
        // Output, attention and norms whole, a third of the feed-forward weights.
        read(
            "relufication",
            LLAMA,
            "weights read",
            2.0 * (525_336_576L + 1_342_177_280L + 5_637_144_576L / 3.0) + 4 * 266_304),
        // (1 − 0.75^8) / 0.25 / (1 + 7 × 0.02).
        speedup("speculative-decoding", 3.1575),
        speedup("specinfer", 1.5),
        speedup("lookahead", 1.8),
        speedup("layerskip", 1.82),
        speedup("medusa", 2.18),
        // 5 × 4096 × (4096 + 128256) weights of 2 B.
        extra("medusa", LLAMA, "Medusa heads", 5_421_137_920L),
        speedup("eagle", 2.7),
        // A layer of 218,112,000 weights and 2 × 4096².
        extra("eagle", LLAMA, "EAGLE layer", 2 * (218_112_000L + 2 * 16_777_216L)),
        speedup("eagle-2", 3.16),
        speedup("eagle-3", 4.40),
        extra("eagle-3", LLAMA, "EAGLE-3 layer", 2 * (218_112_000L + 3 * 16_777_216L)),
        // 1.85 tokens in 1.85 / 1.8 of the time.
        speedup("mtp", 1.8),
        // 32768 × 0.382 = 12518 tokens in 783 pages of 16.
        cache("paged-attention", LLAMA, 783L * 16 * 4096 * 32),
        cache("contiguous-cache", LLAMA.withSequences(2), 2 * 16 * GIB),
        // 16384 of 16896 tokens come from the cache: 33 times the rate at that depth.
        new Check(
            "prompt-cache",
            "prefill, times the rest at its depth",
            LLAMA,
            q ->
                Fit.answer(q.withWeights(GgufMix.Q4_0))
                        .prefill()
                        .orElseThrow()
                        .median()
                        .tokensPerSecond()
                    / PrefillSpeed.of(LLAMA.withWeights(GgufMix.Q4_0), 512, 16384)
                        .orElseThrow()
                        .median()
                        .tokensPerSecond(),
            33),
        // 8 sequences of 4096 share 2048: 32768 − 7 × 2048 cells.
        cache("hydragen", LLAMA.withSequences(8), 18432L * 4096 * 32),
        new Check(
            "chunked-prefills",
            "compute buffer",
            LLAMA.withEngine(Shapes.LLAMA_CPP_OF_2025),
            q -> bytes(q, "compute buffer", true),
            4L * 256 * (128256 + 4096)),
        // Output and embedding of 525,336,576 weights each, the embedding on the host.
        weights("flexgen", 2 * 525_336_576L + 4 * 4096 + 4 * 64),
        // A layer of 218,103,808 weights in 2 B and two norms of 4096 in 4 B, twice.
        extra("flexgen", LLAMA, "layers on their way", 2 * (436_207_616L + 32_768)),
        extra("flexgen", LLAMA, "weights on the host", 32 * (436_207_616L + 32_768)),
        // 13.96 GB over 11/15.75 of 31.5 GB/s: 634 ms.
        new Check(
            "zero-inference",
            "decode",
            LINKED,
            q -> Fit.answer(q).decode().orElseThrow().median().tokensPerSecond(),
            11 / 15.75 * 31.5e9 / (32.0 * (436_207_616L + 32_768))),
        // 74 % of 5,637,144,576 weights of 2 B.
        extra("powerinfer", LLAMA, "weights on the host", Math.round(0.74 * 2 * 5_637_144_576L)),
        new Check(
            "llm-in-a-flash",
            "weights kept",
            LLAMA,
            q -> bytes(LLAMA, "weights", true) - bytes(q, "weights", true),
            16.0 * (436_207_616L + 32_768)),
        // 0.002 × 8,030,261,312 weights of 2 + 2 + 8 B.
        extra("qlora", LLAMA, "adapters", 16_060_523L * 12),
        extra("qlora", LLAMA, "checkpointed", 32768L * 32 * 4096 * 2),
        extra("qlora", LLAMA, "one layer", 32768L * (6 * 4096 + 3 * 14336) * 4),
        extra("qlora", LLAMA, "logits", 32768L * 128256 * 8));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void aTurnedKnobGivesWhatPaperAndPencilGive(Check check) {
    FitQuestion turned = Knobs.find(check.slug()).orElseThrow().turn(check.plain());
    double found = check.read().applyAsDouble(turned);
    assertThat(found).isCloseTo(check.expected(), within(Math.abs(check.expected()) * 1e-5));
    assertThat(check.read().applyAsDouble(turned))
        .as("the knob changes it")
        .isNotEqualTo(plainValue(check));
  }

  static Stream<Check> caches() {
    return checks().filter(check -> check.what().equals("cache"));
  }

  @ParameterizedTest
  @MethodSource("caches")
  void theCachesLineCitesThePaperThatDecidesWhatItHolds(Check check) {
    Knob knob = Knobs.find(check.slug()).orElseThrow();
    List<String> papers =
        knob.figures().stream()
            .map(f -> f.source().substring(0, "arXiv 2402.02750".length()))
            .toList();
    assertThat(cacheSource(check.plain())).doesNotContain(papers);
    assertThat(papers)
        .anySatisfy(id -> assertThat(cacheSource(knob.turn(check.plain()))).contains(id));
  }

  private static String cacheSource(FitQuestion question) {
    return Fit.answer(question).memory().lines().stream()
        .filter(line -> line.what().startsWith("KV cache"))
        .map(MemoryLine::source)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyKnobIsWorkedOut() {
    List<String> checked = checks().map(Check::slug).distinct().toList();
    assertThat(Knobs.all()).extracting(Knob::slug).containsExactlyInAnyOrderElementsOf(checked);
  }

  /** The paper: a 65B model is fine-tuned on one GPU of 48 GB. */
  @Test
  void qloraOfASixtyFiveBillionModelFitsFortyEightGigabytes() {
    FitQuestion llama65 =
        FitQuestion.of(Shapes.llama2(80, 8192, 64, 64, 22016), GgufMix.F16, Shapes.rtx4090(), 512);
    FitQuestion turned = Knobs.find("qlora").orElseThrow().turn(llama65);
    assertThat(Fit.answer(turned).memory().deviceTotal().value() / 1e9).isBetween(34.0, 48.0);
    assertThat(Fit.answer(turned).decode()).isEmpty();
    assertThat(Fit.answer(turned).notes())
        .anyMatch(note -> note.startsWith("No speed is predicted for fine-tuning"));
  }

  private static double plainValue(Check check) {
    try {
      return check.read().applyAsDouble(check.plain());
    } catch (java.util.NoSuchElementException e) {
      return Double.NaN;
    }
  }

  private static double bytes(FitQuestion question, String line) {
    return bytes(question, line, false);
  }

  private static double bytes(FitQuestion question, String what, boolean whole) {
    List<MemoryLine> lines =
        Fit.answer(question).memory().lines().stream()
            .filter(line -> whole ? line.what().equals(what) : line.what().startsWith(what))
            .toList();
    if (lines.isEmpty()) {
      throw new java.util.NoSuchElementException(what);
    }
    return lines.stream().mapToLong(line -> line.bytes().value()).sum();
  }

  private static double decode(FitQuestion question) {
    return DecodeSpeed.at(question, question.contextPerSequence())
        .orElseThrow()
        .median()
        .tokensPerSecond();
  }
}
