package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.fit.MemoryLine.Quantity;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Windows that an engine does not apply cost the whole context. */
class WindowRulesTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @Test
  void llamaCppKeepsTheWholeContextOfPhi3AndSaysSo() {
    FitReport report = Fit.answer(phi3(4096));
    assertThat(cache(report)).isEqualTo(Bytes.ofMiB(1536));
    assertThat(report.notes())
        .contains(
            "llama.cpp applies no sliding window to models of architecture 'phi3': every layer"
                + " keeps all 4096 tokens of context, not the window of 2047.");
  }

  @Test
  void contextWithinTheWindowNeedsNoNote() {
    assertThat(Fit.answer(phi3(2047)).notes()).noneMatch(note -> note.contains("sliding window"));
  }

  @Test
  void vllmKeepsTheWindow() {
    FitReport report = Fit.answer(phi3(4096).withEngine(new Engine.Vllm(0.9, 2048)));
    assertThat(report.notes()).noneMatch(note -> note.contains("applies no sliding window"));
  }

  @Test
  void forkKeepsTheWholeContextToo() {
    assertThat(
            cache(Fit.answer(phi3(4096).withEngine(new Engine.IkLlamaCpp(3, OptionalInt.empty())))))
        .isEqualTo(Bytes.ofMiB(1536));
  }

  private static FitQuestion phi3(int context) {
    return FitQuestion.of(
        CATALOGUE.spec(CATALOGUE.model("phi-3-mini").orElseThrow()),
        GgufMix.Q4_K_M,
        Shapes.rtx4090(),
        context);
  }

  private static Bytes cache(FitReport report) {
    return report.memory().lines().stream()
        .filter(line -> line.quantity() == Quantity.KV)
        .map(MemoryLine::bytes)
        .reduce(Bytes.of(0), Bytes::plus);
  }
}
