package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.catalogue.Catalogue;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.device.OperatingSystem;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsableMemoryTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  /** Free on idle cards under Windows, by ollama's issues 8723 and 9562. */
  @ParameterizedTest
  @CsvSource({
    "nvidia-geforce-rtx-3090, 22.7",
    "nvidia-geforce-rtx-2060, 5.0",
    "nvidia-geforce-rtx-4060-ti-16-gb, 15.0"
  })
  void windowsKeepsAPart(String id, double gibibytes) {
    FitQuestion question = on(Host.UNKNOWN.under(OperatingSystem.WINDOWS), id);
    assertThat(UsableMemory.of(question, 0).orElseThrow().bytes().value() / (double) (1 << 30))
        .isCloseTo(gibibytes, within(0.01));
    assertThat(Fit.answer(question).notes())
        .anyMatch(note -> note.startsWith("Windows and its desktop keep a part of the card: "))
        .noneMatch(note -> note.startsWith("The driver keeps"));
  }

  @Test
  void cardsOfDataCentresHaveNoDesktop() {
    FitQuestion question =
        on(Host.UNKNOWN.under(OperatingSystem.WINDOWS), "nvidia-h100-sxm5-80-gb");
    assertThat(UsableMemory.of(question, 0).orElseThrow().bytes())
        .isEqualTo(Bytes.of((long) (80L * (1 << 30) * 0.98)));
  }

  @Test
  void vllmIsSentToWsl() {
    FitQuestion question =
        on(Host.UNKNOWN.under(OperatingSystem.WINDOWS), "nvidia-geforce-rtx-4090")
            .withEngine(new Engine.Vllm(0.9, 2048));
    assertThat(Fit.answer(question).notes())
        .anyMatch(
            note ->
                note.startsWith("vLLM does not run on Windows itself")
                    && note.endsWith("run it in WSL2, or take llama.cpp."));
  }

  @Test
  void unequalCardsShareOneNote() {
    FitQuestion question =
        on(
            Host.UNKNOWN,
            "nvidia-geforce-rtx-4090",
            "nvidia-geforce-rtx-3060-12-gb",
            "nvidia-geforce-rtx-4090");
    assertThat(Fit.answer(question).notes())
        .filteredOn(note -> note.startsWith("The driver keeps about 2 % of the memory back: "))
        .singleElement()
        .asString()
        .contains(
            "23.52 GiB of 24.00 GiB of NVIDIA GeForce RTX 4090, 11.76 GiB of 12.00 GiB of NVIDIA"
                + " GeForce RTX 3060");
  }

  /** MiB of llama.cpp's pull requests 23604 and 15860 and InvokeAI's issue 9413. */
  @ParameterizedTest
  @CsvSource({
    "nvidia-geforce-rtx-4060-ti-16-gb, 107",
    "nvidia-geforce-rtx-3090, 256",
    "nvidia-geforce-rtx-4090, 453",
    "nvidia-rtx-pro-6000-blackwell, 555"
  })
  void contextGrowsWithTheChip(String id, double mebibytes) {
    assertThat(DriverMemory.line(device(id)).orElseThrow().bytes().mebibytes())
        .isCloseTo(mebibytes, within(mebibytes * 0.12));
  }

  @Test
  void aChipOfUnknownSizeGetsTheFloorOfOllama() {
    MemoryLine line = DriverMemory.line(Shapes.rtx4090()).orElseThrow();
    assertThat(line.bytes()).isEqualTo(Bytes.ofMiB(457));
    assertThat(line.source()).contains("not known here");
  }

  private static FitQuestion on(Host host, String... ids) {
    List<Card> cards = new ArrayList<>();
    for (String id : ids) {
      cards.add(new Card(device(id), Optional.empty()));
    }
    return FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, cards.getFirst().device(), 4096)
        .withMachine(new Machine(cards, host));
  }

  private static Device device(String id) {
    return CATALOGUE.device(id).orElseThrow().device();
  }
}
