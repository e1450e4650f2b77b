package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.quant.GgufMix;
import org.junit.jupiter.api.Test;

class ServingTest {
  @Test
  void sequencesShareTheRateAndOneAloneIsFaster() {
    Serving serving = Serving.of(Fit.answer(llama(8, 2048))).orElseThrow();
    assertThat(serving.tokensEach()).isEqualTo(2048);
    assertThat(8 * serving.each().tokensPerSecond())
        .isCloseTo(serving.together().median().tokensPerSecond(), within(1e-9));
    assertThat(serving.each()).isLessThan(serving.alone());
    assertThat(serving.together().median()).isGreaterThan(serving.alone());
  }

  @Test
  void theMostSequencesFitAndOneMoreDoesNot() {
    int each = 2048;
    Serving serving = Serving.of(Fit.answer(llama(2, each))).orElseThrow();
    int most = serving.most();
    assertThat(Fit.answer(llama(most, each)).verdict().headroom().isNegative()).isFalse();
    assertThat(Fit.answer(llama(most + 1, each)).verdict().headroom().isNegative()).isTrue();
  }

  @Test
  void manySequencesOfShortContextTurnFromMemoryToArithmetic() {
    Serving serving = Serving.of(Fit.answer(llama(2, 128))).orElseThrow();
    int turning = serving.turning().orElseThrow();
    assertThat(turning).isBetween(8, 512);
    assertThat(DecodeSpeed.together(llama(2, 128), 128, turning).orElseThrow().limiter())
        .isEqualTo("arithmetic");
    assertThat(DecodeSpeed.together(llama(2, 128), 128, turning - 1).orElseThrow().limiter())
        .isNotEqualTo("arithmetic");
    assertThat(serving.text()).contains("sets the pace").contains("waits");
  }

  @Test
  void oneSequenceOfAnEngineForOneUserHasNoServing() {
    assertThat(Serving.of(Fit.answer(llama(1, 4096)))).isEmpty();
    FitQuestion vllm = llama(1, 4096).withEngine(new Engine.Vllm(0.9, 2048));
    assertThat(Serving.of(Fit.answer(vllm))).isPresent();
  }

  private static FitQuestion llama(int sequences, int each) {
    return FitQuestion.of(
            Shapes.llama31With8b(), GgufMix.Q4_K_M, Shapes.rtx4090(), sequences * each)
        .withSequences(sequences);
  }
}
