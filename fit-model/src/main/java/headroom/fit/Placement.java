package headroom.fit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which part of a model lies where.
 *
 * @param layers how many layers the cards get
 * @param expertLayersOnHost layers, from the first, whose experts stay on the host ({@code
 *     --n-cpu-moe})
 * @param split how several cards share the rest
 * @param shares parts of the cards ({@code --tensor-split}); none for shares by free memory
 */
public record Placement(
    GpuLayers layers, int expertLayersOnHost, Split split, List<Double> shares) {
  /** All layers on the cards, shared by free memory: llama.cpp without options. */
  public static final Placement ALL_ON_CARDS =
      new Placement(new GpuLayers.All(), 0, Split.LAYER, List.of());

  public Placement {
    shares = List.copyOf(shares);
    if (expertLayersOnHost < 0) {
      throw new IllegalArgumentException(
          "expert layers on the host are " + expertLayersOnHost + "; wanted 0 or more");
    }
    for (double share : shares) {
      if (!(share >= 0) || Double.isInfinite(share)) {
        throw new IllegalArgumentException("tensor split has " + share + "; wanted 0 or more");
      }
    }
    if (!shares.isEmpty() && shares.stream().mapToDouble(Double::doubleValue).sum() <= 0) {
      throw new IllegalArgumentException("tensor split is all 0; wanted a share above 0");
    }
  }

  /** How many layers the cards get. */
  public sealed interface GpuLayers {
    /** Every layer and the output. */
    record All() implements GpuLayers {}

    /**
     * That many, counted from the last; one more than the layers means the output too.
     *
     * @param count 0 or more
     */
    record Count(int count) implements GpuLayers {
      public Count {
        if (count < 0) {
          throw new IllegalArgumentException("GPU layers are " + count + "; wanted 0 or more");
        }
      }
    }

    /** As many as fit, experts moved to the host first. */
    record Auto() implements GpuLayers {}

    /** {@code all}, {@code auto} or a number; empty for anything else. */
    static Optional<GpuLayers> parse(String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "all" -> Optional.of(new All());
        case "auto" -> Optional.of(new Auto());
        case String digits when digits.matches("\\d{1,6}") ->
            Optional.of(new Count(Integer.parseInt(digits)));
        default -> Optional.empty();
      };
    }
  }

  /** How several cards share a model. */
  public enum Split {
    /** Whole layers, one card after the other. */
    LAYER,
    /** Rows of matrices on every card, the cache on the first ({@code -sm row}). */
    ROW,
    /** Heads and columns of every layer on every card, at the same time (tensor parallelism). */
    TENSOR;

    /** {@code layer}, {@code row}, or {@code tensor}, which ik_llama.cpp calls {@code graph}. */
    public static Optional<Split> parse(String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "layer" -> Optional.of(LAYER);
        case "row" -> Optional.of(ROW);
        case "tensor", "graph" -> Optional.of(TENSOR);
        default -> Optional.empty();
      };
    }
  }
}
