package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.units.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "64 GiB, 68719476736",
    "64G, 68719476736",
    "24GB, 24000000000",
    "0.5 gib, 536870912",
    "512 MiB, 536870912",
    "1 TiB, 1099511627776"
  })
  void memoryIsReadWithItsUnit(String text, long bytes) {
    assertThat(Amount.memory(text)).contains(Bytes.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "-1 GiB", "GiB", "64 GiBs", "0 GiB", "99999 TiB", "1e3 GiB"})
  void whatIsNoAmountIsNone(String text) {
    assertThat(Amount.memory(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"8192, 8192", "'131,072', 131072", "128k, 131072", "1M, 1048576", "0, 0"})
  void tokensMayBeCountedInThousandsOf1024(String text, int tokens) {
    assertThat(Amount.tokens(text)).hasValue(tokens);
  }

  @Test
  void moreThanAnIntHoldsIsNone() {
    assertThat(Amount.tokens("999999999M")).isEmpty();
    assertThat(Amount.tokens("-5")).isEmpty();
    assertThat(Amount.tokens("8.5")).isEmpty();
  }
}
