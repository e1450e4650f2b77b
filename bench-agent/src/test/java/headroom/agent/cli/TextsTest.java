package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.agent.bench.Bench;
import headroom.agent.bench.GoldenRun;
import headroom.measure.BenchmarkRun;
import headroom.units.Bytes;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class TextsTest {
  @Test
  void everyTestRunsAtEveryDepth() {
    assertThat(TestList.of("pp512,tg128", "0,4096"))
        .containsExactly("pp512", "pp512@d4096", "tg128", "tg128@d4096");
  }

  @Test
  void testWithItsOwnDepthKeepsIt() {
    assertThat(TestList.of("tg32@d100, tg32", "0")).containsExactly("tg32@d100", "tg32");
  }

  @Test
  void sizesAreBinaryUnlessWrittenAsDecimal() {
    assertThat(SizeText.parse("24GiB")).contains(Bytes.of(24L << 30));
    assertThat(SizeText.parse("24G")).contains(Bytes.of(24L << 30));
    assertThat(SizeText.parse("24 GB")).contains(Bytes.of(24_000_000_000L));
    assertThat(SizeText.parse("1.5g")).contains(Bytes.of(3L << 29));
    assertThat(SizeText.parse("512")).contains(Bytes.of(512));
    assertThat(SizeText.parse("-1G")).isEmpty();
    assertThat(SizeText.parse("0")).isEmpty();
    assertThat(SizeText.parse("999999999999T")).isEmpty();
    assertThat(SizeText.parse("many")).isEmpty();
  }

  @Test
  void tableAlignsNumbersRight() {
    assertThat(TextTable.of("test", ">tok/s").row("pp512", "9.1").row("tg128", "128").toString())
        .isEqualTo("test   tok/s\npp512    9.1\ntg128    128");
    assertThatThrownBy(() -> TextTable.of("a", "b").row("one"))
        .hasMessage("row has 1 cells; wanted 2");
  }

  @Test
  void benchTextShowsMedianIntervalAndShare() {
    String text = BenchText.of(new Bench.Finished(GoldenRun.read(), "AVX-512 serves here.", true));
    assertThat(text).contains("test", "tok/s", "95 % interval", "of its ceiling");
    assertThat(text).containsPattern("tg128 +26\\d +26\\d to 2\\d\\d +14 +\\d\\d %");
    assertThat(text)
        .contains("AVX-512 serves here.")
        .contains("of the 66.1 GB/s that 16 threads read here")
        .contains("memory bandwidth is what mostly limits decoding");
    assertThat(text).doesNotContain("--limit");
  }

  @Test
  void benchTextSaysWhenTimeRanOut() {
    assertThat(BenchText.of(new Bench.Finished(GoldenRun.read(), "", false))).contains("--limit");
  }

  @Test
  void benchJsonAddsRatesAndKeepsTheRun() {
    BenchmarkRun run = GoldenRun.read();
    JsonNode tree = BenchJson.of(run);
    JsonNode decode = tree.path("cells").path(1);
    assertThat(decode.path("test").asString()).isEqualTo("tg128");
    assertThat(decode.path("kv").asString()).isEqualTo("f16");
    assertThat(decode.path("kernels").asString()).isEqualTo("vector-512");
    assertThat(decode.path("median").asDouble()).isBetween(260.0, 275.0);
    assertThat(decode.path("low").asDouble()).isLessThan(decode.path("high").asDouble());
    assertThat(decode.path("shareOfCeiling").asDouble()).isBetween(0.5, 0.65);
    assertThat(decode.path("forks").size()).isEqualTo(2);
    assertThat(tree.path("cells").path(0).has("shareOfCeiling")).isFalse();
    assertThat(tree.path("id").asString()).isEqualTo(run.id());
  }
}
