package headroom.quant;

/**
 * A scheme that stores every linear layer at the same width and leaves embeddings, output, norms
 * and routers at 16 bits: GPTQ, AWQ, FP8, EXL3 and their kin.
 *
 * @param id for example {@code gptq-4bit-g128}
 * @param name for people
 * @param bitsPerWeight of the quantised matrices, scales and zero points counted
 * @param source where the figure comes from
 */
public record FlatFormat(String id, String name, double bitsPerWeight, String source)
    implements WeightFormat {
  public FlatFormat {
    if (!(bitsPerWeight > 0) || bitsPerWeight > 32) {
      throw new IllegalArgumentException(
          "format %s has %s bits per weight; wanted above 0, at most 32"
              .formatted(id, bitsPerWeight));
    }
  }
}
