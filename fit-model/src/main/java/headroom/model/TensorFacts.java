package headroom.model;

import java.util.OptionalInt;

/**
 * One weight tensor by its GGUF name, shape and part in the network; what a quantisation mix needs
 * to choose its format and what decode reads per token.
 *
 * @param name GGUF name, for example {@code blk.3.attn_v.weight}
 * @param role its part in the network
 * @param layer its layer, empty for tensors outside the layers
 * @param rowLength elements of one row, the unit that blocks divide
 * @param rows number of rows (over all experts where there are some)
 */
public record TensorFacts(
    String name, TensorRole role, OptionalInt layer, long rowLength, long rows) {
  /** A tensor of this GGUF name, whose role and layer follow from the name. */
  public static TensorFacts named(String name, long rowLength, long rows) {
    int dimensions = (rowLength > 1 ? 1 : 0) + (rows > 1 ? 1 : 0);
    return new TensorFacts(
        name, TensorNames.role(name, dimensions), TensorNames.layer(name), rowLength, rows);
  }

  /** The same tensor counted to another layer; its name stays. */
  public TensorFacts inLayer(int other) {
    return new TensorFacts(name, role, OptionalInt.of(other), rowLength, rows);
  }

  public long elements() {
    return Math.multiplyExact(rowLength, rows);
  }
}
