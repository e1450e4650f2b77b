package headroom.knob;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Shapes;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnobsTest {
  private static final FitQuestion PLAIN =
      FitQuestion.of(Shapes.llama31With8b(), GgufMix.F16, Shapes.rtx4090(), 32768);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gptq",
        "awq",
        "spqr",
        "squeezellm",
        "aqlm",
        "llm-int8",
        "smoothquant",
        "nf4",
        "bitnet",
        "nvfp4",
        "kivi",
        "kvquant",
        "turboquant",
        "saw-int4",
        "oscar",
        "h2o",
        "streaming-llm",
        "flash-attention",
        "speculative-decoding"
      })
  void everyNamedKnobTurnsAndIsRecorded(String slug) {
    Knob knob = Knobs.find(slug).orElseThrow();
    FitReport report = Fit.answer(knob.turn(PLAIN.withFlashAttention(false)));
    assertThat(report.question().knobs()).containsExactly(slug);
    assertThat(knob.label()).isNotBlank();
    assertThat(knob.explanation()).endsWith(".").hasSizeGreaterThan(80);
    assertThat(report.question()).isNotEqualTo(PLAIN.withFlashAttention(false));
  }

  @Test
  void slugsAreUniqueAndUnknownOnesAreAbsent() {
    assertThat(Knobs.all()).extracting(Knob::slug).doesNotHaveDuplicates().hasSize(19);
    assertThat(Knobs.find("GPTQ")).isEmpty();
  }

  @Test
  void weightKnobsShrinkWeights() {
    Bytes before = Fit.answer(PLAIN).memory().deviceTotal();
    for (WeightKnob knob : WeightKnobs.ALL) {
      assertThat(Fit.answer(knob.turn(PLAIN)).memory().deviceTotal())
          .as(knob.slug())
          .isLessThan(before);
    }
  }

  @Test
  void cacheKnobsScaleTheCacheByTheirBits() {
    Bytes sixteen = cache(PLAIN);
    assertThat(cache(turn("kivi"))).isEqualTo(Bytes.of(sixteen.value() * 3 / 16));
    assertThat(cache(turn("turboquant"))).isEqualTo(Bytes.of(sixteen.value() * 7 / 32));
    assertThat((double) cache(turn("oscar")).value() / sixteen.value()).isBetween(0.1424, 0.1431);
  }

  @Test
  void evictionKeepsAFifthOrAConstant() {
    assertThat(turn("h2o").cacheWindow()).hasValue(6554);
    assertThat(turn("streaming-llm").cacheWindow()).hasValue(2048);
    FitQuestion shorter =
        Knobs.find("streaming-llm").orElseThrow().turn(PLAIN.withContextLength(512));
    assertThat(shorter.cacheWindow()).hasValue(512);
    assertThat(cache(turn("streaming-llm"))).isEqualTo(Bytes.ofMiB(256));
  }

  @Test
  void knobsAddUp() {
    FitQuestion both = Knobs.find("kivi").orElseThrow().turn(turn("gptq"));
    assertThat(both.knobs()).containsExactly("gptq", "kivi");
    assertThat(Fit.answer(both).memory().deviceTotal())
        .isLessThan(Fit.answer(turn("gptq")).memory().deviceTotal());
  }

  private static FitQuestion turn(String slug) {
    return Knobs.find(slug).orElseThrow().turn(PLAIN);
  }

  private static Bytes cache(FitQuestion question) {
    return Fit.answer(question).memory().lines().stream()
        .filter(line -> line.what().startsWith("KV cache"))
        .map(line -> line.bytes())
        .reduce(Bytes.ZERO, Bytes::plus);
  }
}
