package headroom.inference.synthesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.Session;
import headroom.kv.KvCacheSpec;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model of the catalogue, made small: synthesized and run, or refused by name. */
class CatalogueRunsTest {
  @TempDir Path folder;

  static List<CatalogueModel> known() {
    return of(true);
  }

  static List<CatalogueModel> unknown() {
    return of(false);
  }

  private static List<CatalogueModel> of(boolean known) {
    return Catalogue.load().models().stream()
        .filter(model -> SmallCatalogueModel.canBeSynthesized(model) == known)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("known")
  void aModelOfAKnownShapeIsSynthesizedAndSaysAToken(CatalogueModel model) throws IOException {
    CatalogueModel small = SmallCatalogueModel.of(model);
    ModelSpec spec = small.spec();
    Path file = folder.resolve("small.gguf");
    Synthesizer.write(new SyntheticShape(spec, small.ropeTheta()), GgufMix.Q8_0, file, 1);
    try (LanguageModel loaded =
            LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE));
        Session session = loaded.newSession(KvCacheSpec.f16(32))) {
      float[] logits =
          session.forward(loaded.tokenizer().encode("the train in the rain", true, false));
      assertThat(logits).hasSize(spec.vocabularySize());
      int best = 0;
      for (int token = 0; token < logits.length; token++) {
        assertThat(logits[token]).as("logit of token %d", token).isFinite();
        best = logits[token] > logits[best] ? token : best;
      }
      assertThat(logits[best]).as("best of all").isGreaterThan(logits[(best + 1) % 512]);
      assertThat(session.forward(best)).as("after token %d", best).isNotEqualTo(logits);
    }
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void anotherModelIsRefusedByItsArchitecture(CatalogueModel model) {
    assertThatThrownBy(
            () ->
                Synthesizer.write(
                    new SyntheticShape(model.spec(), model.ropeTheta()),
                    GgufMix.Q8_0,
                    folder.resolve("refused.gguf"),
                    1))
        .isInstanceOf(SynthesisException.class)
        .hasMessageStartingWith(
            model.moe().stream().anyMatch(moe -> moe.latentSize().isPresent())
                ? model.id() + ": experts that read a latent; wanted "
                : "%s: architecture '%s'; wanted one of "
                    .formatted(model.id(), model.architecture().gguf()));
    assertThat(Files.exists(folder.resolve("refused.gguf"))).isFalse();
  }
}
