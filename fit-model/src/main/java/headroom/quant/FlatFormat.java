package headroom.quant;

/**
 * A scheme that stores every linear layer at the same width and most else at 16 bits: GPTQ, AWQ,
 * FP8, EXL3, MLX and their kin.
 *
 * @param id for example {@code gptq-4bit-g128}
 * @param name for people
 * @param bitsPerWeight of the quantised matrices, scales and zero points counted
 * @param coverage what else it quantises, and what it leaves alone
 * @param source where the figure comes from
 */
public record FlatFormat(
    String id, String name, double bitsPerWeight, Coverage coverage, String source)
    implements WeightFormat {

  /**
   * Which matrices a scheme quantises.
   *
   * @param outputBits bits per weight of the output matrix, 16 where it is left alone
   * @param embeddingBits bits per weight of the embedding tables, 16 where they are left alone
   * @param linear which linear layers are quantised
   * @param restBits bits per weight of the other linear layers, 16 where they are left alone
   * @param edgeLayers layers at either end whose feed-forward networks are left at 16 bits
   */
  public record Coverage(
      double outputBits, double embeddingBits, Linear linear, double restBits, int edgeLayers) {
    /** All linear layers, and neither embeddings nor the output matrix. */
    public static final Coverage LINEAR_LAYERS = new Coverage(16, 16, Linear.ALL);

    /** The other linear layers stay at 16 bits, from the first layer to the last. */
    public Coverage(double outputBits, double embeddingBits, Linear linear) {
      this(outputBits, embeddingBits, linear, 16, 0);
    }

    public Coverage {
      requireBits("output", outputBits);
      requireBits("embedding", embeddingBits);
      requireBits("rest", restBits);
      if (edgeLayers < 0) {
        throw new IllegalArgumentException("edge layers are " + edgeLayers + "; wanted 0 or more");
      }
    }
  }

  /** Linear layers that a scheme quantises. */
  public enum Linear {
    ALL,
    /** Attention and feed-forward networks, and not the mixers of recurrent layers. */
    NOT_RECURRENT,
    /** All but what leads into the mixers of recurrent layers. */
    NOT_INTO_RECURRENT,
    /** Feed-forward networks, dense or experts, and not attention. */
    FEED_FORWARD,
    /** Experts alone where a model has some, all linear layers where it has none. */
    EXPERTS
  }

  /** A scheme for all linear layers that leaves embeddings and output at 16 bits. */
  public FlatFormat(String id, String name, double bitsPerWeight, String source) {
    this(id, name, bitsPerWeight, Coverage.LINEAR_LAYERS, source);
  }

  public FlatFormat {
    requireBits("format " + id, bitsPerWeight);
  }

  private static void requireBits(String what, double bits) {
    if (!(bits > 0) || bits > 32) {
      throw new IllegalArgumentException(
          "%s has %s bits per weight; wanted above 0, at most 32".formatted(what, bits));
    }
  }
}
