package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kvcache.KeyTurn;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rotations of one batch's positions, for each way of rotating that a model's layers have. */
final class Rotations {
  private final Kernels kernels;
  private final List<RotaryTable> tables = new ArrayList<>();
  private final Map<RopeSpec, Integer> indices = new IdentityHashMap<>();
  private final float[][] cosines; // [table][tokens, pairs]
  private final float[][] sines;

  /**
   * @param specs of all layers; those that rotate alike are one object
   * @param contextLength tokens the session may grow to
   */
  Rotations(Kernels kernels, List<RopeSpec> specs, int contextLength) {
    this.kernels = kernels;
    for (RopeSpec rope : specs) {
      if (indices.putIfAbsent(rope, tables.size()) == null) {
        tables.add(rope.forContext(contextLength));
      }
    }
    cosines = new float[tables.size()][0];
    sines = new float[tables.size()][0];
  }

  /** Prepares these positions, [tokens]. */
  void prepare(int[] positions, int tokens) {
    for (int i = 0; i < cosines.length; i++) {
      int pairs = tables.get(i).pairs();
      if (cosines[i].length < tokens * pairs) {
        cosines[i] = new float[tokens * pairs];
        sines[i] = new float[tokens * pairs];
      }
      for (int t = 0; t < tokens; t++) {
        tables.get(i).fill(positions[t], cosines[i], sines[i], t * pairs);
      }
    }
  }

  /** Rotates keys as they are read, by the places 0 to {@code cells} (exclusive) in a cache. */
  KeyTurn turn(RopeSpec rope, int cells, int headSize) {
    RotaryTable table = tables.get(Objects.requireNonNull(indices.get(rope)));
    int pairs = table.pairs();
    float[] cos = new float[cells * pairs];
    float[] sin = new float[cells * pairs];
    for (int cell = 0; cell < cells; cell++) {
      table.fill(cell, cos, sin, cell * pairs);
    }
    return (cell, key, offset) ->
        kernels.rotate(table.style(), key, offset, 1, headSize, cos, sin, cell * pairs, pairs);
  }

  /**
   * Rotates elements of one token, {@code heads} times at a distance of {@code headSize}; does
   * nothing without a way of rotating.
   */
  void rotate(@Nullable RopeSpec rope, int token, float[] x, int offset, int heads, int headSize) {
    Integer index = rope == null ? null : indices.get(rope);
    if (index == null) {
      return;
    }
    RotaryTable table = tables.get(index);
    kernels.rotate(
        table.style(),
        x,
        offset,
        heads,
        headSize,
        cosines[index],
        sines[index],
        token * table.pairs(),
        table.pairs());
  }
}
