package headroom.knob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.Placement;
import headroom.fit.Shapes;
import headroom.fit.Verdict;
import headroom.quant.AsStored;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnobsTest {
  private static final FitQuestion PLAIN =
      FitQuestion.of(Shapes.llama31With8b(), GgufMix.F16, Shapes.rtx4090(), 32768);
  private static final FitQuestion LATENT =
      FitQuestion.of(Shapes.deepSeek(Optional.empty()), GgufMix.Q4_K_M, Shapes.rtx4090(), 8192);

  static List<Knob> knobs() {
    return Knobs.all();
  }

  @ParameterizedTest
  @MethodSource("knobs")
  void everyKnobIsRecordedAndExplained(Knob knob) {
    FitReport report = Fit.answer(knob.turn(PLAIN));
    assertThat(report.question().knobs()).containsExactly(knob.slug());
    assertThat(knob.label()).isNotBlank();
    assertThat(knob.explanation()).endsWith(".").hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("knobs")
  void everyKnobHasFiguresWithConditionsAndSource(Knob knob) {
    assertThat(knob.figures()).isNotEmpty();
    for (PaperFigure figure : knob.figures()) {
      assertThat(figure.claim()).as("claim").containsPattern("\\d|half|nothing");
      assertThat(figure.conditions()).as("conditions").isNotBlank();
      assertThat(figure.source()).as("source").matches("arXiv \\d{4}\\.\\d{5}, \\S.*");
    }
  }

  @Test
  void slugsAreUniqueAndUnknownOnesAreAbsent() {
    assertThat(Knobs.all())
        .extracting(Knob::slug)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(45);
    assertThat(Knobs.find("GPTQ")).isEmpty();
  }

  @Test
  void knobsOfOneKindStandTogether() {
    List<KnobKind> kinds = Knobs.all().stream().map(Knob::kind).toList();
    List<KnobKind> changes =
        java.util.stream.IntStream.range(0, kinds.size())
            .filter(i -> i == 0 || kinds.get(i) != kinds.get(i - 1))
            .mapToObj(kinds::get)
            .collect(Collectors.toList());
    assertThat(changes).doesNotHaveDuplicates();
  }

  @Test
  void weightKnobsShrinkWeights() {
    Bytes before = Fit.answer(PLAIN).memory().deviceTotal();
    for (Knob knob : Knobs.all()) {
      if (knob.kind() == KnobKind.WEIGHTS) {
        assertThat(Fit.answer(knob.turn(PLAIN)).memory().deviceTotal())
            .as(knob.slug())
            .isLessThan(before);
      }
    }
  }

  @Test
  void aShorterContextIsKeptWhole() {
    assertThat(turn("streaming-llm", PLAIN.withContextLength(512)).cacheWindow()).hasValue(512);
    assertThat(turn("h2o", PLAIN.withContextLength(1)).cacheWindow()).hasValue(1);
  }

  @Test
  void knobsAddUp() {
    FitQuestion both = turn("kivi", turn("gptq", PLAIN));
    assertThat(both.knobs()).containsExactly("gptq", "kivi");
    assertThat(Fit.answer(both).memory().deviceTotal())
        .isLessThan(Fit.answer(turn("gptq", PLAIN)).memory().deviceTotal());
  }

  @Test
  void measuredElsewhereNamesTheChipsAndTheDevice() {
    Knob turboquant = Knobs.find("turboquant").orElseThrow();
    assertThat(turboquant.measuredElsewhere(named("NVIDIA GeForce RTX 4090")))
        .hasValue(
            "Measured only on A100, not on NVIDIA GeForce RTX 4090: bytes hold anywhere, speeds"
                + " may not.");
    assertThat(turboquant.measuredElsewhere(named("NVIDIA A100 PCIe 80 GB"))).isEmpty();
    assertThat(Knobs.find("gptq").orElseThrow().measuredElsewhere(named("NVIDIA RTX A6000")))
        .isEmpty();
    assertThat(Knobs.find("h2o").orElseThrow().measuredElsewhere(named("NVIDIA A10 PCIe")))
        .hasValueSatisfying(text -> assertThat(text).startsWith("Measured only on T4 and A100,"));
  }

  @Test
  void aMobileOrCutDownChipIsAnotherChip() {
    Knob quarot = Knobs.find("quarot").orElseThrow();
    assertThat(quarot.measuredElsewhere(named("NVIDIA GeForce RTX 3090"))).isEmpty();
    assertThat(quarot.measuredElsewhere(named("NVIDIA GeForce RTX 3090 Ti"))).isPresent();
    assertThat(
            Knobs.find("nvfp4").orElseThrow().measuredElsewhere(named("GeForce RTX 5090 Mobile")))
        .isPresent();
  }

  @Test
  void withoutKnownHardwareNothingIsSaid() {
    assertThat(Knobs.find("kivi").orElseThrow().measuredElsewhere(Shapes.rtx4090())).isEmpty();
  }

  @Test
  void aCacheSchemeOnLatentAttentionSaysThatNothingIsShownThere() {
    assertThat(Fit.answer(turn("kivi", LATENT)).notes())
        .anyMatch(
            note ->
                note.startsWith("KIVI 2-bit cache: deepseek-v3 caches latents,")
                    && note.endsWith("an engine that runs this model."));
  }

  @Test
  void ternaryWeightsNeedAModelTrainedSo() {
    assertThat(Fit.answer(turn("bitnet", PLAIN)).notes())
        .contains(
            "BitNet b1.58 ternary: llama-3.1-8b was not trained with ternary weights; these are the"
                + " figures of a model of its shape that was.");
  }

  @Test
  void draftHeadsNeedAModelTheyWereTrainedFor() {
    assertThat(Fit.answer(turn("medusa", PLAIN)).notes())
        .contains(
            "Medusa heads: the figure is of Vicuna-7B; llama-3.1-8b needs heads trained for it.");
    assertThat(turn("eagle-3", PLAIN).techniques().notes()).isEmpty();
    assertThat(turn("mtp", PLAIN).techniques().notes())
        .singleElement()
        .asString()
        .contains("the figure is of DeepSeek-V3");
    assertThat(turn("mtp", LATENT).techniques().notes()).isEmpty();
  }

  @Test
  void aFormatThatTheDeviceCannotComputeInSaysWhatHappens() {
    assertThat(turn("nvfp4", PLAIN).techniques().notes())
        .singleElement()
        .asString()
        .startsWith("NVFP4: computing in this format is shown on NVIDIA GPUs from Blackwell on;");
  }

  @Test
  void aConversionWithNothingToConvertChangesNothingAndSaysSo() {
    FitQuestion gqa = turn("gqa", PLAIN);
    assertThat(gqa.model()).isEqualTo(PLAIN.model());
    assertThat(gqa.techniques().notes())
        .containsExactly(
            "GQA, at most 8 key-value heads: llama-3.1-8b has no layer with more than 8 key-value"
                + " heads, so nothing changes.");
    assertThat(turn("dsa", PLAIN).techniques().notes())
        .singleElement()
        .asString()
        .contains("has no latent attention without an indexer");
    assertThat(turn("nsa", LATENT).techniques().sparseRead()).isEmpty();
    assertThat(turn("moe", LATENT).model()).isEqualTo(LATENT.model());
  }

  @Test
  void aFileAsStoredIsNotConverted() {
    AsStored stored =
        new AsStored(
            PLAIN.model().tensors().stream()
                .collect(Collectors.toMap(tensor -> tensor.name(), tensor -> QuantFormat.F16)),
            Bytes.ofGiB(15));
    for (String slug : List.of("mqa", "mla", "cla", "moe")) {
      FitQuestion turned = turn(slug, PLAIN.withWeights(stored));
      assertThat(turned.model()).as(slug).isEqualTo(PLAIN.model());
      assertThat(turned.techniques().notes())
          .singleElement()
          .asString()
          .contains("is taken from a file as it is stored, so nothing changes");
    }
  }

  @Test
  void oneSequenceSharesNoPrefix() {
    assertThat(turn("hydragen", PLAIN).techniques().notes())
        .singleElement()
        .asString()
        .contains("one sequence has nobody to share with");
    assertThat(turn("hydragen", PLAIN.withSequences(4)).techniques().notes()).isEmpty();
  }

  @Test
  void offloadWithoutAKnownLinkOrSparsityPredictsNoSpeedAndSaysWhy() {
    assertThat(Fit.answer(turn("flexgen", PLAIN)).notes())
        .anyMatch(note -> note.startsWith("No decode speed: the link between"));
    FitReport flash = Fit.answer(turn("llm-in-a-flash", PLAIN));
    assertThat(flash.decode()).isEmpty();
    assertThat(flash.notes())
        .anyMatch(note -> note.endsWith("the paper's figures are what is known."));
    assertThat(turn("powerinfer", PLAIN).techniques().notes())
        .singleElement()
        .asString()
        .contains("69 % instead of 26 % of the neurons are hot");
  }

  @Test
  void offloadNeedsAMemoryBesideTheDevices() {
    Device unified =
        Shapes.device("Apple", DeviceKind.APPLE_SOC, OptionalInt.of(64), Optional.of(546.0));
    FitQuestion plain = FitQuestion.of(Shapes.llama31With8b(), GgufMix.Q4_K_M, unified, 8192);
    for (String slug : List.of("flexgen", "zero-inference", "powerinfer")) {
      FitQuestion turned = turn(slug, plain);
      assertThat(turned.techniques().outside()).as(slug).isEmpty();
      assertThat(turned.techniques().notes())
          .singleElement()
          .asString()
          .contains("Apple test device and its host share one memory");
    }
    assertThat(turn("llm-in-a-flash", plain).techniques().outside()).isPresent();
  }

  @Test
  void offloadLeavesSeveralCardsAndLayersPlacedByHandAsTheyAre() {
    Card card = Card.of(Shapes.rtx4090());
    FitQuestion two =
        PLAIN
            .withWeights(GgufMix.Q4_K_M)
            .withMachine(new Machine(List.of(card, card), Host.UNKNOWN));
    FitQuestion byHand =
        PLAIN.withPlacement(
            new Placement(new Placement.GpuLayers.Count(20), 0, Placement.Split.LAYER, List.of()));
    for (FitQuestion plain : List.of(two, byHand)) {
      FitReport turned = Fit.answer(turn("flexgen", plain));
      assertThat(turned.memory().deviceTotal()).isEqualTo(Fit.answer(plain).memory().deviceTotal());
      assertThat(turned.prefill().isPresent()).isEqualTo(Fit.answer(plain).prefill().isPresent());
      assertThat(turned.notes())
          .anyMatch(note -> note.contains("computed for one device that is given all layers"));
    }
  }

  @Test
  void weightsOutsideThatStillDoNotFitAreNotOffloadedTwice() {
    FitQuestion large =
        FitQuestion.of(Shapes.llama31With70b(), GgufMix.F16, Shapes.rtx4090(), 131072);
    assertThat(Fit.answer(turn("flexgen", large)).verdict()).isInstanceOf(Verdict.DoesNotFit.class);
  }

  @Test
  void keysAndValuesOfDifferentPapersAreBothCited() {
    FitQuestion kivi = turn("kivi", PLAIN);
    FitQuestion mixed = kivi.withCache(kivi.keyFormat(), turn("turboquant", PLAIN).valueFormat());
    assertThat(cacheSource(turn("h2o", mixed)))
        .contains("llama-kv-cache.cpp")
        .contains("arXiv 2402.02750 and its example.py, groups of 32")
        .contains("arXiv 2504.19874, abstract: 3.5 bits per channel")
        .endsWith("; arXiv 2306.14048: a fifth of the tokens kept");
  }

  @Test
  void whatDoesNotChangeTheCacheIsNotCitedThere() {
    for (String slug : List.of("gptq", "medusa", "hydragen", "gqa", "flexgen")) {
      assertThat(cacheSource(turn(slug, PLAIN))).as(slug).isEqualTo(cacheSource(PLAIN));
    }
  }

  private static String cacheSource(FitQuestion question) {
    return Fit.answer(question).memory().lines().stream()
        .filter(line -> line.what().startsWith("KV cache"))
        .map(MemoryLine::source)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void figuresWithoutASourceAreRefused() {
    assertThatThrownBy(() -> PaperFigure.of("2 times as fast", "LLaMA", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wanted all three");
  }

  private static FitQuestion turn(String slug, FitQuestion question) {
    return Knobs.find(slug).orElseThrow().turn(question);
  }

  private static Device named(String name) {
    Device test =
        Shapes.device("NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.of(1008.0));
    return new Device(
        test.id(),
        name,
        test.vendor(),
        test.kind(),
        test.memory(),
        test.bandwidth(),
        test.compute(),
        test.unifiedMemory(),
        test.link(),
        test.computeCapability());
  }
}
