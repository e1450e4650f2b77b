package headroom.web.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormInputTest {

  @ParameterizedTest
  @CsvSource({"24,24", "1.5,1.5", "'1,008',1008", "' 10 000 ',10000", "+3,3"})
  void numbersAreReadAsPeopleWriteThem(String typed, double number) {
    FormInput input = new FormInput(Map.of("n", typed));

    assertThat(input.number("n", 0, 1e6)).hasValue(number);
    assertThat(input.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1e9", "NaN", "Infinity", "0x10", "-", ".", "1.2.3", "-1", "1000001"})
  void whatIsNoNumberOrOutOfRangeIsAFault(String typed) {
    FormInput input = new FormInput(Map.of("n", typed));

    assertThat(input.number("n", 0, 1e6)).isEmpty();
    assertThat(input.status()).isEqualTo(400);
    assertThat(input.field("n", "Number").value()).isEqualTo(typed);
    assertThat(input.faults()).singleElement().asString().contains("wanted a number from 0 to 1000000");
  }

  @Test
  void blankIsAbsent() {
    FormInput input = new FormInput(Map.of("n", "  ", "q", ""));

    assertThat(input.number("n", 0, 1)).isEmpty();
    assertThat(input.text("q")).isEmpty();
    assertThat(input.choice("other", List.of("a"))).isEmpty();
    assertThat(input.status()).isEqualTo(200);
  }

  @Test
  void everyFaultIsKept() {
    FormInput input = new FormInput(Map.of("a", "x", "b", "y"));

    input.number("a", 0, 1);
    input.choice("b", List.of("one", "two"));

    assertThat(input.faults())
        .containsExactly(
            "a: ‘x’ is not a number; wanted a number from 0 to 1",
            "b: ‘y’ is not one of one, two");
  }
}
