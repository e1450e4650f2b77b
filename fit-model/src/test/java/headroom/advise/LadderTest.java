package headroom.advise;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.advise.Ladder.Rung;
import headroom.catalogue.Catalogue;
import headroom.quant.GgufMix;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LadderTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @Test
  void startsWithWhatTheMakersPublishAndGoesDownByPublishedLoss() {
    List<Rung> rungs = Ladder.of(CATALOGUE.model("qwen3-8b").orElseThrow(), CATALOGUE).rungs();
    assertThat(rungs.getFirst().mix()).isEqualTo(GgufMix.BF16);
    assertThat(rungs.getFirst().loss()).isEmpty();
    assertThat(rungs).extracting(Rung::divergence).isSorted();
    assertThat(rungs)
        .extracting(Rung::mix)
        .containsSubsequence(
            GgufMix.Q8_0, GgufMix.Q6_K, GgufMix.Q5_K_M, GgufMix.Q4_K_M, GgufMix.Q2_K, GgufMix.IQ1_S)
        .doesNotHaveDuplicates();
  }

  @Test
  void halfPrecisionModelsStartWithF16() {
    assertThat(Ladder.of(CATALOGUE.model("llama-2-7b").orElseThrow(), CATALOGUE).rungs())
        .extracting(Rung::mix)
        .startsWith(GgufMix.F16, GgufMix.Q8_0);
  }

  @Test
  void modelsPublishedInFourBitsAreNotQuantisedAgain() {
    assertThat(Ladder.of(CATALOGUE.model("gpt-oss-120b").orElseThrow(), CATALOGUE).rungs())
        .extracting(Rung::mix)
        .containsExactly(GgufMix.MXFP4_MOE);
  }

  @Test
  void floorPartsTheLadder() {
    Ladder ladder = Ladder.of(CATALOGUE);
    Ladder upper = ladder.downTo(Ladder.USUAL_FLOOR);
    Ladder lower = ladder.below(Ladder.USUAL_FLOOR);
    assertThat(upper.rungs().getLast().mix()).isEqualTo(GgufMix.IQ4_XS);
    assertThat(lower.rungs()).extracting(Rung::mix).contains(GgufMix.Q3_K_L, GgufMix.Q2_K);
    assertThat(upper.rungs().size() + lower.rungs().size()).isEqualTo(ladder.rungs().size());
  }

  @Test
  void lossOfQ4KMIsThePublishedOne() {
    assertThat(CATALOGUE.mixes().stream().filter(mix -> mix.mix() == GgufMix.Q4_K_M))
        .singleElement()
        .satisfies(
            mix -> {
              assertThat(mix.sources()).isNotEmpty();
              assertThat(mix.least().orElseThrow().meanKlDivergence()).isEqualTo(0.028152);
            });
  }
}
