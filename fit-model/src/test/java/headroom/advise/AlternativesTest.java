package headroom.advise;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.fit.Engine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Remedies;
import headroom.fit.Remedy;
import headroom.fit.Remedy.Change;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlternativesTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @Test
  void everyEngineIsOfferedFormatsOfItsOwn() {
    assertThat(
            smaller("fp8-per-tensor", new Engine.Vllm(0.9, 2048), "nvidia-geforce-rtx-3060-12-gb"))
        .allMatch(
            id ->
                CATALOGUE.weightFormats().stream()
                    .filter(format -> format.id().equals(id))
                    .flatMap(format -> format.runtimes().stream())
                    .anyMatch(runtime -> runtime.toLowerCase(Locale.ROOT).startsWith("vllm")));
    assertThat(smaller("exl3-8.0bpw", new Engine.ExLlama(3), "nvidia-geforce-rtx-3060-12-gb"))
        .allMatch(id -> id.startsWith("exl3-"));
    assertThat(smaller("mlx-8bit-g64", new Engine.Mlx(), "apple-m4-pro-16c-24gb"))
        .allMatch(id -> id.startsWith("mlx-"));
  }

  @Test
  void vllmIsOfferedItsOwnCache() {
    FitQuestion question =
        question("qwen3-14b", weights("awq-4bit-g128"), "nvidia-geforce-rtx-3060-12-gb", 32768)
            .withEngine(new Engine.Vllm(0.9, 2048));
    Remedies found = remedies(question);
    assertThat(
            Stream.concat(
                found.remedies().stream().map(Remedy::change),
                found.deadEnds().stream().map(end -> end.change())))
        .filteredOn(Change.SmallerCache.class::isInstance)
        .hasSize(1)
        .allMatch(change -> change.what().contains("fp8"));
  }

  @Test
  void theLargestSmallerModelOfTheFamilyIsNamed() {
    Remedies found = remedies(question("qwen3-32b", GgufMix.Q8_0, "nvidia-geforce-rtx-4090", 8192));
    Change.SmallerModel smaller =
        found.remedies().stream()
            .map(Remedy::change)
            .filter(Change.SmallerModel.class::isInstance)
            .map(Change.SmallerModel.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(smaller.model().id()).isEqualTo("qwen3-14b");
  }

  @Test
  void theCheapestDeviceThatHoldsItIsNamedWithItsPrice() {
    FitQuestion question = question("qwen3-32b", GgufMix.Q8_0, "nvidia-geforce-rtx-4090", 8192);
    Remedies found = remedies(question);
    Change.CheapestDevice cheapest =
        found.remedies().stream()
            .map(Remedy::change)
            .filter(Change.CheapestDevice.class::isInstance)
            .map(Change.CheapestDevice.class::cast)
            .findFirst()
            .orElseThrow();
    Remedies.Choices choices = Alternatives.of(question, CATALOGUE);
    List<Device> cheaper =
        choices.devices().stream()
            .filter(device -> device.memory().isPresent())
            .filter(
                device ->
                    choices.prices().getOrDefault(device.id(), Double.MAX_VALUE)
                        < cheapest.launchUsd())
            .toList();
    assertThat(cheaper).isNotEmpty();
    assertThat(cheaper)
        .allMatch(
            device ->
                Fit.answer(question("qwen3-32b", GgufMix.Q8_0, device.id(), 8192))
                    .verdict()
                    .headroom()
                    .isNegative());
    assertThat(cheapest.what()).contains("at launch ($");
  }

  private static List<String> smaller(String format, Engine engine, String device) {
    FitQuestion question = question("qwen3-14b", weights(format), device, 40960).withEngine(engine);
    Remedies found = remedies(question);
    List<String> ids =
        Stream.concat(
                found.remedies().stream().map(Remedy::change),
                found.deadEnds().stream().map(end -> end.change()))
            .filter(Change.SmallerWeights.class::isInstance)
            .map(change -> ((Change.SmallerWeights) change).format().id())
            .toList();
    assertThat(ids).isNotEmpty();
    return ids;
  }

  private static Remedies remedies(FitQuestion question) {
    FitReport report = Fit.answer(question);
    assertThat(report.verdict().headroom().isNegative()).isTrue();
    return Remedies.of(report, Alternatives.of(report.computed(), CATALOGUE));
  }

  private static WeightFormat weights(String id) {
    return CATALOGUE.weightFormat(id).orElseThrow();
  }

  private static FitQuestion question(
      String model, WeightFormat weights, String device, int context) {
    return FitQuestion.of(
        CATALOGUE.spec(CATALOGUE.model(model).orElseThrow()),
        weights,
        CATALOGUE.device(device).orElseThrow().device(),
        context);
  }
}
