package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Machine;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is loaded beside the model has lines of its own. */
class CompanionsTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final CacheFormat Q8 = CacheFormat.of(QuantFormat.Q8_0);

  /**
   * A public log of llama.cpp on an RTX 5090: context 131072, 4 sequences, cache q8_0; projector
   * 887.99 MiB and 248.1 of compute, the prediction layer's context 272.00 and 495.00 MiB.
   */
  @Test
  void projectorAndPredictionLayerOfQwen36AreAsTheLogHasThem() {
    FitQuestion question =
        FitQuestion.of(model("qwen3.6-27b"), GgufMix.Q4_K_M, device("nvidia-geforce-rtx-5090"), 1)
            .withEngine(Shapes.LLAMA_CPP_OF_2025)
            .withContextLength(131072)
            .withSequences(4)
            .withCache(Q8, Q8)
            .withCompanions(
                none ->
                    none.withProjector(model("qwen3.6-27b").projector().orElseThrow())
                        .withPredictionHead()
                        .withCache(Q8, Q8));
    FitReport report = Fit.answer(question);
    assertThat(mebibytes(report, "vision projector")).isCloseTo(887.99, within(0.005));
    assertThat(mebibytes(report, "vision projector: compute buffer")).isCloseTo(248.1, within(7.0));
    assertThat(mebibytes(report, "prediction layer: KV cache, full attention")).isEqualTo(272);
    assertThat(mebibytes(report, "prediction layer: compute buffer")).isEqualTo(495);
    // 424,699,392 weights: 26,112 of norms in F32, the rest Q4_K but ffn_down and attn_v in Q6_K.
    assertThat(mebibytes(report, "prediction layer: weights"))
        .isCloseTo(
            (26112 * 4 + 330301440 / 256 * 144 + 94371840 / 256 * 210) / 1048576.0, within(.01));
    // Three drafted tokens may be taken back (n_max of common_params_speculative_draft).
    assertThat(mebibytes(report, "recurrent state to roll back to"))
        .isCloseTo(3 * mebibytes(report, "recurrent state"), within(0.01));
    assertThat(report.command().orElseThrow())
        .contains("--mmproj mmproj.gguf --spec-type draft-mtp -ctkd q8_0 -ctvd q8_0");
  }

  /** Text decoder, prediction layer and vision tower make the published checkpoint. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen3.5-0.8b", "qwen3.5-4b", "qwen3.5-9b", "qwen3.5-27b", "qwen3.6-27b",
        "qwen3.5-35b-a3b", "qwen3.6-35b-a3b", "qwen3.5-122b-a10b", "gemma-3-4b", "gemma-3-12b",
        "gemma-3-27b", "llama-4-maverick"
      })
  void partsMakeThePublishedCheckpoint(String id) {
    CatalogueModel facts = CATALOGUE.model(id).orElseThrow();
    ModelSpec spec = CATALOGUE.spec(facts);
    long head = spec.predictionHead().map(ModelSpec::parameters).orElse(0L);
    long tower = facts.vision().orElseThrow().elements();
    assertThat(spec.parameters() + head + tower)
        .isEqualTo(facts.parameters().checkpoint().orElseThrow());
  }

  @Test
  void draftModelHasWeightsCacheAndScratchOfItsOwn() {
    ModelSpec draft = model("llama-3.2-1b");
    FitQuestion plain =
        FitQuestion.of(model("llama-3.1-8b"), GgufMix.Q4_K_M, Shapes.rtx4090(), 16384);
    FitReport without = Fit.answer(plain);
    FitReport report =
        Fit.answer(plain.withCompanions(none -> none.withDraft(draft, GgufMix.Q8_0)));
    FitReport alone = Fit.answer(FitQuestion.of(draft, GgufMix.Q8_0, Shapes.rtx4090(), 16384));
    long driver = sum(alone, Quantity.OVERHEAD, true);
    assertThat(report.memory().deviceTotal().value() - without.memory().deviceTotal().value())
        .isEqualTo(alone.memory().deviceTotal().value() - driver);
    // 16 layers x 8 heads x 64 elements x 2 x 2 B x 16384 cells.
    assertThat(mebibytes(report, "draft model: KV cache, full attention")).isEqualTo(512);
    assertThat(report.notes()).anyMatch(note -> note.startsWith("The draft model's memory is"));
    assertThat(report.command().orElseThrow()).contains("-md llama-3.2-1b-Q8_0.gguf -ngld 99");
  }

  @Test
  void draftOfAnotherVocabularyIsNamed() {
    FitReport report =
        Fit.answer(
            FitQuestion.of(model("llama-3.1-8b"), GgufMix.Q4_K_M, Shapes.rtx4090(), 4096)
                .withCompanions(none -> none.withDraft(model("qwen3-0.6b"), GgufMix.Q8_0)));
    assertThat(report.notes())
        .contains(
            "Qwen3 0.6B has 151936 tokens and Llama 3.1 8B 128256: a draft needs the model's own"
                + " vocabulary. Take a model of the same family.");
  }

  @Test
  void predictionLayerFollowsTheOutput() {
    FitQuestion question =
        on(model("qwen3.6-27b"), 2).withCompanions(Companions::withPredictionHead);
    for (MemoryLine line : Fit.answer(question).memory().lines()) {
      if (line.what().startsWith("prediction layer: KV")) {
        assertThat(line.place().isCard(1)).isTrue();
      }
    }
    FitReport host =
        Fit.answer(
            question.withPlacement(
                new Placement(new GpuLayers.Count(0), 0, Split.LAYER, List.of())));
    assertThat(host.memory().lines())
        .filteredOn(line -> line.what().startsWith("prediction layer: KV"))
        .singleElement()
        .satisfies(line -> assertThat(line.place().isCard()).isFalse());
  }

  @Test
  void vllmLoadsTheVisionTowerUnaskedAndCutsItUp() {
    FitQuestion question =
        on(model("qwen3.6-27b"), 2)
            .withEngine(new Engine.Vllm(0.9, 2048))
            .withPlacement(new Placement(new GpuLayers.All(), 0, Split.TENSOR, List.of()));
    assertThat(Fit.answer(question).memory().lines())
        .filteredOn(line -> line.what().equals("vision projector"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.bytes()).isEqualTo(Bytes.of(460_730_096L)));
  }

  @Test
  void autoPlacementLeavesRoomForIt() {
    FitQuestion question =
        FitQuestion.of(model("qwen3-32b"), GgufMix.Q4_K_M, Shapes.rtx4090(), 8192)
            .withEngine(Shapes.LLAMA_CPP_OF_2025)
            .withPlacement(new Placement(new GpuLayers.Auto(), 0, Split.LAYER, List.of()));
    FitReport report =
        Fit.answer(
            question.withCompanions(none -> none.withDraft(model("qwen3-1.7b"), GgufMix.Q8_0)));
    assertThat(report.verdict()).isInstanceOf(Verdict.FitsWithOffload.class);
    assertThat(report.verdict().headroom().isNegative()).isFalse();
  }

  @Test
  void whatIsNotKnownIsSaid() {
    FitReport report =
        Fit.answer(
            FitQuestion.of(model("llama-3.1-8b"), GgufMix.Q4_K_M, Shapes.rtx4090(), 4096)
                .withCompanions(
                    none ->
                        none.withProjector(Projector.ofSize(Bytes.ofMiB(850)))
                            .withPredictionHead()));
    assertThat(mebibytes(report, "vision projector")).isEqualTo(850);
    assertThat(report.notes())
        .contains(
            "No layer for multi-token prediction of Llama 3.1 8B is known: nothing is counted for"
                + " it. A GGUF file that has one tells its size.",
            "Scratch memory of the vision projector is not counted: its layers are not known. An"
                + " mmproj file tells them.");
  }

  private static FitQuestion on(ModelSpec model, int cards) {
    Device device = device("nvidia-geforce-rtx-5090");
    return FitQuestion.of(model, GgufMix.Q4_K_M, device, 8192)
        .withMachine(
            new Machine(
                Collections.nCopies(cards, new Card(device, Optional.empty())),
                headroom.device.Host.UNKNOWN));
  }

  private static ModelSpec model(String id) {
    return CATALOGUE.spec(CATALOGUE.model(id).orElseThrow());
  }

  private static Device device(String id) {
    return CATALOGUE.device(id).orElseThrow().device();
  }

  private static long sum(FitReport report, Quantity quantity, boolean card) {
    return report.memory().lines().stream()
        .filter(line -> line.quantity() == quantity && line.place().isCard() == card)
        .mapToLong(line -> line.bytes().value())
        .sum();
  }

  private static double mebibytes(FitReport report, String what) {
    return report.memory().lines().stream()
        .filter(line -> line.what().equals(what))
        .mapToDouble(line -> line.bytes().mebibytes())
        .sum();
  }
}
