package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import java.util.List;

/**
 * A norm of its own for each head (Command R+, StableLM 2 12B).
 *
 * @param each in the order of heads
 */
public record HeadNorms(List<Norm> each) implements Norm {
  public HeadNorms {
    each = List.copyOf(each);
  }

  @Override
  public int size() {
    return each.stream().mapToInt(Norm::size).sum();
  }

  @Override
  public void apply(Kernels kernels, float[] x, int xOffset, float[] out, int outOffset) {
    int done = 0;
    for (Norm norm : each) {
      norm.apply(kernels, x, xOffset + done, out, outOffset + done);
      done += norm.size();
    }
  }
}
