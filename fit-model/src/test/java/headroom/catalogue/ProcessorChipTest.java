package headroom.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.device.ComputeRates;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorChipTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  /** Cores × √(base × boost) × operations per cycle. */
  @ParameterizedTest
  @CsvSource({
    "AMD Ryzen 7 5800X 8-Core Processor, 1.042",
    "12th Gen Intel Core i7-12700 (alderlake), 1.076",
    "Intel Core i7-6600U CPU @ 2.60GHz, 0.187",
    "AMD EPYC 9634 84-Core Processor, 8.175",
    "Raspberry Pi 5 Model B Rev 1.0, 0.154"
  })
  void peakFollowsFromCoresClockAndInstructions(String name, double teraOperations) {
    assertThat(CATALOGUE.processorRates(name).fp32().orElseThrow())
        .isCloseTo(teraOperations, within(0.002));
  }

  @Test
  void countedCoresTakeThePlaceOfThoseOfTheName() {
    double two = CATALOGUE.processorRates("AMD EPYC 7543", OptionalInt.of(2)).fp32().orElseThrow();
    double four = CATALOGUE.processorRates("AMD EPYC 7543", OptionalInt.of(4)).fp32().orElseThrow();
    assertThat(four).isCloseTo(2 * two, within(1e-9));
  }

  @Test
  void productsOfBytesAreKnownOfNewerCores() {
    assertThat(CATALOGUE.processorRates("AMD Ryzen 9 7950X").int8Tensor()).isPresent();
    assertThat(CATALOGUE.processorRates("AMD Ryzen 9 5950X").int8Tensor()).isEmpty();
  }

  @Test
  void unknownProcessorHasNoRates() {
    assertThat(CATALOGUE.processorRates("Loongson 3A6000")).isEqualTo(ComputeRates.UNKNOWN);
  }
}
