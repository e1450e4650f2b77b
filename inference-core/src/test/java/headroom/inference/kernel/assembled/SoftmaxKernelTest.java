package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.processor.Processors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftmaxKernelTest {
  // What is seen of a tile; neither is a whole vector's end.
  private static final int FIRST = 3;
  private static final int LAST = 59;

  @Test
  void sharesAreExponentialsOverTheWholeRange() {
    PageSource pages = PageSource.ofSystem();
    List<Machine> machines = Processors.here(pages);
    assumeTrue(!machines.isEmpty(), "this processor has no instructions that kernels are made of");
    try (KernelLibrary library = new KernelLibrary(machines.getFirst(), pages);
        Arena arena = Arena.ofConfined()) {
      for (float largest : new float[] {-300, 0, 17.25f, 80}) {
        float[] row = new float[ScoreRow.FLOATS];
        for (int i = 0; i < ScoreRow.CELLS; i++) {
          row[i] = largest - (i - FIRST) * (i - FIRST) / 47f;
        }
        row[5] = Float.NEGATIVE_INFINITY;
        float[] scores = row.clone();
        row[ScoreRow.LARGEST] = largest - 2;
        row[ScoreRow.SUM] = 3;
        MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, row);
        library.soften(memory.address(), FIRST, LAST, 1);
        row = memory.toArray(ValueLayout.JAVA_FLOAT);

        double sum = 3 * Math.exp(-2);
        for (int i = 0; i < ScoreRow.CELLS; i++) {
          boolean seen = i >= FIRST && i < LAST;
          double wanted = seen ? Math.exp(scores[i] - (double) largest) : 0;
          // The kernel takes the difference in floats: a score of 300 has steps of 3e-5.
          assertThat((double) row[i]).isCloseTo(wanted, within(seen ? 3e-5 * wanted + 1e-37 : 0));
          sum += wanted;
        }
        assertThat(row[ScoreRow.LARGEST]).isEqualTo(largest);
        assertThat((double) row[ScoreRow.SUM]).isCloseTo(sum, within(1e-4));
        assertThat((double) row[ScoreRow.SHRINK]).isCloseTo(Math.exp(-2), within(1e-7));
      }
    }
  }
}
