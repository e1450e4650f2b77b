package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.catalogue.Catalogue;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.quant.GgufMix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * What llama.cpp itself reserves for the shapes of the catalogue: build 3f545bec of 22 August 2026
 * with {@code no_alloc}, weights as Q8_0, all layers on one device that it reached over RPC.
 */
class LlamaCppLayoutsTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final List<Layout> LAYOUTS = read();

  /**
   * One run.
   *
   * @param outputs 1 where one token of a micro-batch gets logits, as llama-server asks; 0 for all
   */
  private record Layout(
      String model,
      int context,
      int microBatch,
      boolean flashAttention,
      int outputs,
      double deviceComputeMib,
      double hostComputeMib,
      double cacheMib) {
    static Layout of(String line) {
      String[] cells = line.split(",");
      return new Layout(
          cells[0],
          Integer.parseInt(cells[1]),
          Integer.parseInt(cells[2]),
          cells[3].equals("1"),
          Integer.parseInt(cells[4]),
          Double.parseDouble(cells[5]),
          Double.parseDouble(cells[6]),
          Double.parseDouble(cells[7]) + Double.parseDouble(cells[8]));
    }

    double found(Quantity quantity, Predicate<Place> place) {
      FitQuestion question =
          FitQuestion.of(
                  CATALOGUE.spec(CATALOGUE.model(model).orElseThrow()),
                  GgufMix.Q8_0,
                  Shapes.rtx4090(),
                  context)
              .withMicroBatch(microBatch)
              .withFlashAttention(flashAttention);
      return Fit.answer(outputs == 0 ? question.withEngine(Shapes.LLAMA_CPP_OF_2025) : question)
          .memory()
          .lines()
          .stream()
          .filter(line -> line.quantity() == quantity && place.test(line.place()))
          .mapToDouble(line -> line.bytes().mebibytes())
          .sum();
    }
  }

  @Test
  void cachesAndStatesAreThoseOfLlamaCpp() {
    assertThat(LAYOUTS).hasSizeGreaterThan(500);
    for (Layout one : LAYOUTS) {
      assertThat(one.found(Quantity.KV, _ -> true))
          .as(one.toString())
          .isCloseTo(one.cacheMib(), within(0.02));
    }
  }

  @Test
  void buffersOfTheHostAreThoseOfLlamaCpp() {
    for (Layout one : LAYOUTS) {
      if (one.outputs() == 1) {
        assertThat(one.found(Quantity.COMPUTE, Place.HOST::equals))
            .as(one.toString())
            .isCloseTo(one.hostComputeMib(), within(0.1));
      }
    }
  }

  @Test
  void buffersOfTheDeviceAreNear() {
    assertThat(near(0.05, one -> one.outputs() == 1)).isGreaterThan(0.95);
    assertThat(near(0.15, one -> one.outputs() == 1)).isEqualTo(1);
    assertThat(near(0.05, one -> one.outputs() == 0)).isGreaterThan(0.85);
    assertThat(near(0.15, one -> one.outputs() == 0)).isGreaterThan(0.99);
  }

  private static double near(double share, Predicate<Layout> which) {
    ToDoubleFunction<Layout> error =
        one ->
            Math.abs(
                one.found(Quantity.COMPUTE, place -> place != Place.HOST) / one.deviceComputeMib()
                    - 1);
    List<Layout> chosen = LAYOUTS.stream().filter(which).toList();
    return (double) chosen.stream().filter(one -> error.applyAsDouble(one) <= share).count()
        / chosen.size();
  }

  private static List<Layout> read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    LlamaCppLayoutsTest.class.getResourceAsStream("llama.cpp-layouts.csv")),
                StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(Layout::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
