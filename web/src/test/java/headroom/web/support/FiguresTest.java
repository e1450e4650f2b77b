package headroom.web.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void figuresCarryNoDigitsThatSayNothing() {
    assertThat(Figures.plain(1008)).isEqualTo("1,008");
    assertThat(Figures.plain(82.58)).isEqualTo("82.58");
    assertThat(Figures.plain(330.3)).isEqualTo("330.3");
    assertThat(Figures.plain(0.5)).isEqualTo("0.5");
  }

  @Test
  void countsOfWeightsHaveThreeDigits() {
    assertThat(Figures.parameters(8_030_261_248L)).isEqualTo("8.03 B");
    assertThat(Figures.parameters(134_515_008L)).isEqualTo("135 M");
    assertThat(Figures.parameters(27_009_346_304L)).isEqualTo("27.0 B");
    assertThat(Figures.parameters(1_026_000_000_000L)).isEqualTo("1.03 T");
  }

  @Test
  void contextsAreCountedInThousandsOfTwoToTheTenth() {
    assertThat(Figures.tokens(131_072)).isEqualTo("128k");
    assertThat(Figures.tokens(1_000_000)).isEqualTo("1,000,000");
  }

  @Test
  void anUnknownFigureHasNoText() {
    assertThat(Figures.with(OptionalDouble.empty(), "GiB")).isEmpty();
    assertThat(Figures.with(OptionalDouble.of(24), "GiB")).hasValue("24 GiB");
  }
}
