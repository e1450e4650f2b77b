package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every model of the catalogue under every engine's rules. */
class EveryModelAndEngineTest {
  private static final List<ModelSpec> MODELS =
      Catalogue.load().models().stream().map(CatalogueModel::spec).toList();

  static Stream<Engine> engines() {
    return Stream.of(
        Engine.LLAMA_CPP,
        new Engine.LlamaCpp(true, false),
        new Engine.IkLlamaCpp(0, OptionalInt.empty()),
        new Engine.IkLlamaCpp(1, OptionalInt.empty()),
        new Engine.IkLlamaCpp(3, OptionalInt.of(256)),
        new Engine.Vllm(0.9, 2048),
        new Engine.ExLlama(2),
        new Engine.ExLlama(3),
        new Engine.Mlx(),
        new Engine.Embedded());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void longerContextsNeedNoLess(Engine engine) {
    for (ModelSpec model : MODELS) {
      for (boolean flash : List.of(true, false)) {
        long before = 0;
        for (int context : List.of(512, 4096, 5000, 32768, 131072)) {
          long all = total(question(model, engine, context).withFlashAttention(flash));
          assertThat(all).as("%s at %d", model.id(), context).isGreaterThanOrEqualTo(before);
          before = all;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void moreSequencesAndLargerBatchesNeedNoLess(Engine engine) {
    for (ModelSpec model : MODELS) {
      FitQuestion one = question(model, engine, 16384);
      assertThat(total(one.withSequences(4))).as(model.id()).isGreaterThanOrEqualTo(total(one));
      assertThat(total(one.withMicroBatch(1024))).as(model.id()).isGreaterThanOrEqualTo(total(one));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyLineSaysHowItCameAbout(Engine engine) {
    for (ModelSpec model : MODELS) {
      for (MemoryLine line : Fit.answer(question(model, engine, 4096)).memory().lines()) {
        assertThat(line.bytes().isNegative()).as("%s: %s", model.id(), line.what()).isFalse();
        assertThat(line.formula()).as("%s: %s", model.id(), line.what()).isNotBlank();
        assertThat(line.source()).as("%s: %s", model.id(), line.what()).isNotBlank();
      }
    }
  }

  private static FitQuestion question(ModelSpec model, Engine engine, int context) {
    return FitQuestion.of(model, GgufMix.Q4_K_M, Shapes.rtx4090(), context).withEngine(engine);
  }

  private static long total(FitQuestion question) {
    MemoryPlan plan = Fit.answer(question).memory();
    return plan.deviceTotal().plus(plan.hostTotal()).value();
  }
}
