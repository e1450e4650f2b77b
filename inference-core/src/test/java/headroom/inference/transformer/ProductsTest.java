package headroom.inference.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.RowParts;
import headroom.inference.kernel.Threads;
import headroom.inference.kernel.reference.ReferenceKernels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductsTest {
  /** Counts how often each row is multiplied. */
  private record Counting(int rows) implements Linear {
    @Override
    public int columns() {
      return 1;
    }

    @Override
    public void multiply(float[] x, int tokens, float[] out, int first, int end, Lane lane) {
      for (int row = first; row < end; row++) {
        out[row]++;
      }
    }
  }

  /** Matrices that go together, by rows: fewer parts than threads, uneven ones, and four. */
  private static final List<int[]> TOGETHER =
      List.of(
          new int[] {1},
          new int[] {24, 24},
          new int[] {1000},
          new int[] {3000, 3000},
          new int[] {2048, 512, 512},
          new int[] {25, 700, 1, 333});

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyRowOfEveryMatrixIsMultipliedOnce(int count) {
    for (int[] rows : TOGETHER) {
      try (Threads threads = new Threads(count)) {
        Products products = products(threads);
        float[][] outs = add(products, rows);
        products.run();
        for (float[] out : outs) {
          assertThat(out).containsOnly(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void aStretchHasTheSameRowsOfAMatrixWhateverGoesWithIt(int count) {
    for (int[] rows : TOGETHER) {
      try (Threads threads = new Threads(count)) {
        Products products = products(threads);
        float[][] outs = add(products, rows);
        int parts = products.start(count, count, -1);
        for (int stretch = 0; stretch < count; stretch++) {
          for (int part = products.start(stretch, count, parts);
              part < products.start(stretch + 1, count, parts);
              part++) {
            products.run(stretch, part, parts, new Lane());
          }
          for (int i = 0; i < rows.length; i++) {
            int alone = Math.ceilDiv(rows[i], RowParts.ROWS);
            int done = Threads.share(stretch + 1, count, alone) * RowParts.ROWS;
            for (int row = 0; row < rows[i]; row++) {
              assertThat(outs[i][row]).isEqualTo(row < done ? 1 : 0);
            }
          }
        }
      }
    }
  }

  private static Products products(Threads threads) {
    return new Products(new ReferenceKernels(), threads, new Counting(1));
  }

  private static float[][] add(Products products, int[] rows) {
    float[][] outs = IntStream.of(rows).mapToObj(float[]::new).toArray(float[][]::new);
    products.from(new float[1], 1);
    for (int i = 0; i < rows.length; i++) {
      products.into(new Projection(new Counting(rows[i]), null), outs[i]);
    }
    return outs;
  }
}
