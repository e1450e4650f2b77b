package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  private static final Engine FORK = new Engine.IkLlamaCpp(3, OptionalInt.empty());

  /** Counts of layers per device that gguf-parser-go prints for the same splits in its README. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8 10             | 36 44",
        "8 10 12 6        | 18 23 27 12",
        "11 12 8 10 6     | 19 21 14 17 9",
        "20369 12935 13325 | 36 22 22",
        "3 1              | 61 19",
      })
  void eightyLayersAreSharedAsLlamaCppSharesThem(String split, String counts) {
    double[] shares = numbers(split);
    Layout layout = Layout.of(Engine.LLAMA_CPP, 80, Placement.ALL_ON_CARDS, shares);
    assertThat(IntStream.range(0, shares.length).mapToDouble(layout::layersOn).toArray())
        .containsExactly(numbers(counts));
    assertThat(layout.output()).isEqualTo(shares.length - 1);
    assertThat(layout.isAllOnCards()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // llama.cpp counts the output first, its fork last.
    "llama, 0, 0, false",
    "llama, 1, 0, true",
    "llama, 20, 19, true",
    "llama, 33, 32, true",
    "llama, 99, 32, true",
    "fork, 0, 0, false",
    "fork, 1, 1, false",
    "fork, 20, 20, false",
    "fork, 32, 32, false",
    "fork, 33, 32, true",
  })
  void gpuLayersAreTheLastOnes(String engine, int asked, int onCards, boolean output) {
    Layout layout =
        Layout.of(
            engine.equals("fork") ? FORK : Engine.LLAMA_CPP,
            32,
            new Placement(new GpuLayers.Count(asked), 0, Split.LAYER, List.of()),
            new double[] {1});
    assertThat(layout.layersOnCards()).isEqualTo(onCards);
    assertThat(layout.output() == 0).isEqualTo(output);
    for (int layer = 0; layer < 32; layer++) {
      assertThat(layout.dense(layer)).isEqualTo(layer >= 32 - onCards ? 0 : Layout.HOST);
    }
  }

  @Test
  void expertsOfTheFirstLayersStayOnTheHost() {
    Layout layout =
        Layout.of(
            Engine.LLAMA_CPP,
            4,
            new Placement(new GpuLayers.Count(4), 2, Split.LAYER, List.of()),
            new double[] {1, 1});
    // Layer 0 is on the host whole; 1, 2, 3 and the output are shared two and two.
    assertThat(IntStream.range(0, 4).map(layout::dense)).containsExactly(-1, 0, 0, 1);
    assertThat(IntStream.range(0, 4).map(layout::experts)).containsExactly(-1, -1, 0, 1);
    assertThat(layout.expertsOnHost()).isEqualTo(1);
  }

  private static double[] numbers(String text) {
    return java.util.Arrays.stream(text.strip().split(" +"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
