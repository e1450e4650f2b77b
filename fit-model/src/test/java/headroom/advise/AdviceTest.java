package headroom.advise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.catalogue.Catalogue;
import headroom.device.Card;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.Verdict;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdviceTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final OptionalDouble ANY_SPEED = OptionalDouble.empty();

  @Test
  void bestFormatIsTheFirstOfTheLadderThatFits() {
    FitQuestion asked = question("qwen3-32b", "nvidia-geforce-rtx-3090", 8192);
    BestQuant quants = BestQuant.of(asked, Ladder.of(CATALOGUE), ANY_SPEED);
    BestQuant.Choice best = quants.best().orElseThrow();
    int at = quants.choices().indexOf(best);
    assertThat(at).isPositive();
    assertThat(verdict(asked, best.rung().mix())).isInstanceOf(Verdict.Fits.class);
    for (BestQuant.Choice better : quants.choices().subList(0, at)) {
      assertThat(verdict(asked, better.rung().mix())).isNotInstanceOf(Verdict.Fits.class);
      assertThat(better.trial().outcome()).isInstanceOf(Outcome.TooLarge.class);
      assertThat(better.trial().outcome().why()).contains("short");
    }
    assertThat(BestQuant.untilGood(asked, Ladder.of(CATALOGUE), ANY_SPEED).best())
        .map(choice -> choice.rung().mix())
        .contains(best.rung().mix());
  }

  @Test
  void wishForSpeedLowersTheFormat() {
    FitQuestion asked = question("qwen3-32b", "apple-m4-pro-16c-48gb", 8192);
    Ladder ladder = Ladder.of(CATALOGUE);
    BestQuant any = BestQuant.of(asked, ladder, ANY_SPEED);
    BestQuant fast = BestQuant.of(asked, ladder, OptionalDouble.of(8));
    assertThat(fast.best().orElseThrow().rung().divergence())
        .isGreaterThan(any.best().orElseThrow().rung().divergence());
    assertThat(fast.choices())
        .filteredOn(choice -> choice.trial().outcome() instanceof Outcome.TooSlow)
        .isNotEmpty()
        .allSatisfy(
            choice ->
                assertThat(choice.trial().decode().orElseThrow().median().tokensPerSecond())
                    .isLessThan(8));
    assertThat(BestQuant.of(asked, ladder, OptionalDouble.of(5000)).best()).isEmpty();
    assertThat(BestQuant.of(asked, ladder, OptionalDouble.of(5000)).nearest()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3-32b, nvidia-geforce-rtx-3090, Q4_K_M",
    "gemma-3-27b, nvidia-geforce-rtx-4090, Q4_K_M",
    "llama-3.3-70b, apple-m4-max-40c-128gb, Q8_0",
    "deepseek-v2-lite, nvidia-geforce-rtx-3080-12-gb, Q4_K_M",
    "qwen3-next-80b-a3b, apple-m4-pro-16c-64gb, IQ4_XS"
  })
  void longestContextFitsAndOneStepMoreDoesNot(String model, String device, String mix) {
    FitQuestion asked = question(model, device, 1).withWeights(GgufMix.byName(mix).orElseThrow());
    List<CacheFormat> formats = List.of(CacheFormat.F16, CacheFormat.of(QuantFormat.Q8_0));
    int shorter = 0;
    for (LongestContext.Row row : LongestContext.of(asked, formats, ANY_SPEED).rows()) {
      int tokens = row.tokens().orElseThrow();
      assertThat(tokens).isGreaterThanOrEqualTo(shorter);
      shorter = tokens;
      FitQuestion cached = asked.withCache(row.keyFormat(), row.valueFormat());
      assertThat(Fit.answer(cached.withContextLength(tokens)).verdict())
          .isInstanceOf(Verdict.Fits.class);
      if (row.limit() == LongestContext.Limit.MODEL) {
        assertThat(tokens).isEqualTo(asked.model().maxContext().orElseThrow());
        assertThat(row.beyond()).isEmpty();
      } else {
        assertThat(row.limit()).isEqualTo(LongestContext.Limit.MEMORY);
        assertThat(tokens % LongestContext.STEP).isZero();
        assertThat(Fit.answer(cached.withContextLength(tokens + LongestContext.STEP)).verdict())
            .isNotInstanceOf(Verdict.Fits.class);
        assertThat(row.beyond().orElseThrow().outcome().why()).contains("short");
      }
    }
  }

  @Test
  void contextOfAModelThatDoesNotFitIsNone() {
    LongestContext.Row row =
        LongestContext.row(question("deepseek-v3", "nvidia-geforce-rtx-4090", 1), ANY_SPEED);
    assertThat(row.tokens()).isEmpty();
    assertThat(row.limit()).isEqualTo(LongestContext.Limit.MEMORY);
  }

  @Test
  void devicesComeCheapestFirstAndUnknownPricesLast() {
    ModelSpec model = spec("llama-3.1-8b");
    DevicesFor devices =
        DevicesFor.of(model, GgufMix.Q4_K_M, CATALOGUE.devices(), Terms.of(8192).atLeast(20), 1);
    List<DevicesFor.Row> good = devices.good();
    int priced = (int) good.stream().filter(row -> row.launchPrice().isPresent()).count();
    assertThat(priced).isPositive().isLessThan(good.size());
    assertThat(good.subList(0, priced))
        .extracting(row -> row.launchPrice().orElseThrow())
        .isSorted();
    assertThat(good.subList(priced, good.size())).allMatch(row -> row.launchPrice().isEmpty());
    assertThat(good)
        .allSatisfy(
            row ->
                assertThat(row.trial().decode().orElseThrow().median().tokensPerSecond())
                    .isGreaterThanOrEqualTo(20));
    assertThat(devices.misses())
        .isNotEmpty()
        .extracting(row -> row.trial().outcome().distance())
        .isSorted();
    assertThat(good.size() + devices.misses().size() + devices.unknown())
        .isEqualTo(CATALOGUE.devices().size());
  }

  @Test
  void modelsComeByPublishedScoreThenByYearAndSize() {
    ModelsFor models =
        ModelsFor.of(
            machine("apple-m4-pro-16c-48gb"),
            CATALOGUE,
            Terms.of(8192).atLeast(15),
            Ladder.USUAL_FLOOR);
    assertThat(models.scored())
        .isNotEmpty()
        .extracting(row -> -row.score().orElseThrow().score())
        .isSorted();
    assertThat(models.scored())
        .allSatisfy(row -> assertThat(row.score().orElseThrow().source()).isNotBlank());
    assertThat(models.others())
        .extracting(row -> -row.model().releaseDate().map(date -> date.getYear()).orElse(0))
        .isSorted();
    assertThat(models.all()).allMatch(row -> row.trial().good());
    assertThat(models.misses()).noneMatch(miss -> miss.trial().good());
    assertThat(models.all().size() + models.misses().size()).isEqualTo(CATALOGUE.models().size());
    assertThat(models.misses())
        .filteredOn(miss -> miss.model().id().equals("deepseek-v3"))
        .singleElement()
        .satisfies(miss -> assertThat(miss.lower()).isEmpty());
  }

  @Test
  void moreMemoryMakesMoreModelsPossibleAndLosesNone() {
    Upgrades upgrades =
        Upgrades.of(
            machine("apple-m4-pro-16c-24gb"), CATALOGUE, Terms.of(8192), Ladder.USUAL_FLOOR);
    Upgrades.Row memory = upgrades.rows().getFirst();
    assertThat(memory.device().orElseThrow().id()).isEqualTo("apple-m4-pro-16c-48gb");
    assertThat(memory.gained()).isNotEmpty();
    assertThat(memory.better()).isNotEmpty();
    assertThat(memory.faster().orElseThrow()).isEqualTo(1);
    assertThat(upgrades.today().all())
        .extracting(row -> row.model().id())
        .doesNotContainAnyElementsOf(
            memory.gained().stream().map(row -> row.model().id()).toList());
  }

  @Test
  void processorsAreOfferedMoreAndFasterMemory() {
    Machine machine =
        new Machine(
            List.of(
                new Card(
                    CATALOGUE.device("cpu-ddr5-5600-dual").orElseThrow().device(),
                    Optional.of(Bytes.ofGiB(32)))),
            Host.UNKNOWN);
    Upgrades upgrades = Upgrades.of(machine, CATALOGUE, Terms.of(4096), Ladder.USUAL_FLOOR);
    assertThat(upgrades.rows()).hasSize(2);
    assertThat(upgrades.rows().getFirst().what()).contains("64.00 GiB");
    assertThat(upgrades.rows().getLast().faster().orElseThrow()).isGreaterThan(1);
  }

  @Test
  void unknownMemoryIsSaidAndNotCountedAsAMiss() {
    Trial trial =
        Trial.of(question("llama-3.1-8b", "cpu-ddr5-5600-dual", 4096), OptionalDouble.of(5));
    assertThat(trial.outcome()).isInstanceOf(Outcome.NotKnown.class);
    assertThat(trial.outcome().why()).contains("memory");
  }

  @Test
  void wishWithoutAPositiveSpeedIsRefused() {
    assertThatThrownBy(() -> Terms.of(4096).atLeast(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("min-tps is 0.0; wanted a number above 0");
  }

  private static Verdict verdict(FitQuestion asked, GgufMix mix) {
    return Fit.answer(asked.withWeights(mix)).verdict();
  }

  private static FitQuestion question(String model, String device, int context) {
    return Terms.of(context).question(spec(model), GgufMix.Q4_K_M, machine(device));
  }

  private static ModelSpec spec(String model) {
    return CATALOGUE.spec(CATALOGUE.model(model).orElseThrow());
  }

  private static Machine machine(String device) {
    return Machine.of(CATALOGUE.device(device).orElseThrow().device());
  }
}
