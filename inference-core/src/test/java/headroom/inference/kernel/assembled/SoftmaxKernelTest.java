package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.processor.Processors;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SoftmaxKernelTest {
  @Test
  void sharesAreExponentialsOverTheWholeRange() {
    PageSource pages = PageSource.ofSystem();
    Optional<Machine> machine = Processors.here(pages);
    assumeTrue(machine.isPresent(), "this processor has no instructions that kernels are made of");
    try (KernelLibrary library = new KernelLibrary(machine.get(), pages)) {
      for (float largest : new float[] {-300, 0, 17.25f, 80}) {
        float[] row = new float[ScoreRow.FLOATS];
        for (int i = 0; i < ScoreRow.CELLS; i++) {
          row[i] = largest - i * i / 47f;
        }
        row[5] = Float.NEGATIVE_INFINITY;
        float[] scores = row.clone();
        row[ScoreRow.LARGEST] = largest - 2;
        row[ScoreRow.SUM] = 3;
        library.soften(MemorySegment.ofArray(row), 0, ScoreRow.CELLS / 8, 1);

        double sum = 3 * Math.exp(-2);
        for (int i = 0; i < ScoreRow.CELLS; i++) {
          double wanted = Math.exp(scores[i] - (double) largest);
          // The kernel takes the difference in floats: a score of 300 has steps of 3e-5.
          assertThat((double) row[i]).isCloseTo(wanted, within(3e-5 * wanted + 1e-37));
          sum += wanted;
        }
        assertThat(row[ScoreRow.LARGEST]).isEqualTo(largest);
        assertThat((double) row[ScoreRow.SUM]).isCloseTo(sum, within(1e-4));
        assertThat((double) row[ScoreRow.SHRINK]).isCloseTo(Math.exp(-2), within(1e-7));
      }
    }
  }
}
