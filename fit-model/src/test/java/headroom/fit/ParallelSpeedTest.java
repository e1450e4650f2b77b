package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParallelSpeedTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  /** https://github.com/ggml-org/llama.cpp/pull/19378, llama 70B Q4_K - Medium on 4x RTX 4090. */
  @Test
  void rowSplitOfFourCardsIsAsMeasured() {
    FitReport report = report("llama-3.3-70b", "nvidia-geforce-rtx-4090", 4, 512, Split.ROW);
    assertInside(report.decode().orElseThrow(), 17.56);
    assertInside(report.prefill().orElseThrow(), 334.07);
    assertThat(report.decode().orElseThrow().limiter()).isEqualTo("the link between the cards");
  }

  /** https://github.com/sudoingX/qwen38-mtp/pull/24, 2x RTX 5060 Ti 16GB. */
  @Test
  void tensorSplitOfTwoCardsIsAsMeasured() {
    FitReport tensor =
        report("qwen3.6-27b", "nvidia-geforce-rtx-5060-ti-16-gb", 2, 512, Split.TENSOR);
    FitReport layer =
        report("qwen3.6-27b", "nvidia-geforce-rtx-5060-ti-16-gb", 2, 512, Split.LAYER);
    assertInside(tensor.decode().orElseThrow(), 37.1);
    assertInside(layer.decode().orElseThrow(), 22.1);
  }

  /** https://github.com/ggml-org/llama.cpp/pull/22299, llama 70B Q4_K - Medium on 2 x RTX 5090. */
  @Test
  void promptsOverATensorSplitAreAsMeasured() {
    FitReport report = report("llama-3.3-70b", "nvidia-geforce-rtx-5090", 2, 2048, Split.TENSOR);
    assertInside(report.prefill().orElseThrow(), 1830.95);
  }

  @Test
  void theSlowestCardSetsThePaceOfATensorSplit() {
    Device fast = device("nvidia-geforce-rtx-4090");
    Device slow = device("nvidia-geforce-rtx-3090");
    TokenRate mixed = decode(List.of(fast, slow));
    assertThat(mixed).isLessThan(decode(List.of(fast, fast)));
    assertThat(mixed.tokensPerSecond()).isEqualTo(decode(List.of(slow, slow)).tokensPerSecond());
  }

  @Test
  void builtInLinksMakePromptsFasterThanSlots() {
    Device sxm = device("nvidia-h100-sxm5-80-gb");
    CardLink direct = link(sxm, new Engine.Vllm(0.9, 2048));
    CardLink slot = link(device("nvidia-geforce-rtx-3090"), Engine.LLAMA_CPP);
    assertThat(direct.direct()).isTrue();
    assertThat(slot.direct()).as("a 3090's bridge has to be bought").isFalse();
    assertThat(direct.allReduceSeconds(1e7, 2)).isLessThan(slot.allReduceSeconds(1e7, 2) / 5);
    assertThat(direct.latencySeconds()).isLessThan(link(sxm, Engine.LLAMA_CPP).latencySeconds());
  }

  @Test
  void aNoteSaysThatNoSuchRunIsFittedAndTheIntervalIsWider() {
    FitReport tensor = report("qwen3-32b", "nvidia-geforce-rtx-3090", 2, 4096, Split.TENSOR);
    FitReport layer = report("qwen3-32b", "nvidia-geforce-rtx-3090", 2, 4096, Split.LAYER);
    assertThat(tensor.notes()).anyMatch(note -> note.contains("no such run is among the fitted"));
    assertThat(tensor.notes()).anyMatch(note -> note.contains("NVLink bridge"));
    assertThat(layer.notes()).noneMatch(note -> note.contains("no such run"));
    assertThat(width(tensor)).isGreaterThan(width(layer));
    assertThat(tensor.decode().orElseThrow().formula()).contains("129 all-reduces of 20.5 kB");
  }

  private static double width(FitReport report) {
    SpeedEstimate decode = report.decode().orElseThrow();
    return decode.high().tokensPerSecond() / decode.low().tokensPerSecond();
  }

  private static CardLink link(Device device, Engine engine) {
    return CardLink.between(Collections.nCopies(2, Card.of(device)), engine).orElseThrow();
  }

  private static TokenRate decode(List<Device> devices) {
    List<Card> cards = new ArrayList<>();
    devices.forEach(device -> cards.add(Card.of(device)));
    ModelSpec model = CATALOGUE.spec(CATALOGUE.model("qwen3-14b").orElseThrow());
    return Fit.answer(
            FitQuestion.of(model, GgufMix.Q4_K_M, devices.getFirst(), 4096)
                .withMachine(new Machine(cards, Host.UNKNOWN))
                .withPlacement(placement(Split.TENSOR)))
        .decode()
        .orElseThrow()
        .median();
  }

  private static void assertInside(SpeedEstimate speed, double measured) {
    assertThat(measured).isBetween(speed.low().tokensPerSecond(), speed.high().tokensPerSecond());
  }

  private static FitReport report(
      String model, String device, int cards, int context, Split split) {
    return Fit.answer(
        FitQuestion.of(
                CATALOGUE.spec(CATALOGUE.model(model).orElseThrow()),
                GgufMix.Q4_K_M,
                device(device),
                context)
            .withMachine(
                new Machine(Collections.nCopies(cards, Card.of(device(device))), Host.UNKNOWN))
            .withPlacement(placement(split)));
  }

  private static Placement placement(Split split) {
    return new Placement(new GpuLayers.All(), 0, split, List.of());
  }

  private static Device device(String id) {
    return CATALOGUE.device(id).orElseThrow().device();
  }
}
