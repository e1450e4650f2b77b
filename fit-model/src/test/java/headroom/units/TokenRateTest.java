package headroom.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7934.6 | 7,935 tok/s",
        "128.4 | 128 tok/s",
        "36.24 | 36.2 tok/s",
        "4.512 | 4.51 tok/s"
      })
  void ratesHaveThreeDigitsAndSeparatedThousands(double rate, String text) {
    assertThat(new TokenRate(rate)).hasToString(text);
  }

  @Test
  void rateIsAboveZero() {
    assertThatThrownBy(() -> new TokenRate(0))
        .hasMessageContaining("wanted a finite number above 0");
  }
}
