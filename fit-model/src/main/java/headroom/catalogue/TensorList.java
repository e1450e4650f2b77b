package headroom.catalogue;

import headroom.model.TensorFacts;
import java.util.ArrayList;
import java.util.List;

/** Gathers the tensors of one layer, or of what lies outside the layers, under their GGUF names. */
final class TensorList {
  private final String prefix;
  private final List<TensorFacts> tensors = new ArrayList<>();

  private TensorList(String prefix) {
    this.prefix = prefix;
  }

  static TensorList outsideLayers() {
    return new TensorList("");
  }

  static TensorList ofLayer(int layer) {
    return new TensorList("blk." + layer + ".");
  }

  /** A matrix from {@code in} to {@code out} elements, stored as {@code out} rows of {@code in}. */
  TensorList matrix(String name, long in, long out) {
    return plain(name + ".weight", in, out);
  }

  /** A norm, scale or other vector kept in F32. */
  TensorList vector(String name, long elements) {
    return plain(name + ".weight", elements, 1);
  }

  TensorList bias(String name, long elements) {
    return plain(name + ".bias", elements, 1);
  }

  /** Anything else, by its whole name. */
  TensorList plain(String name, long rowLength, long rows) {
    tensors.add(TensorFacts.named(prefix + name, rowLength, rows));
    return this;
  }

  long elements() {
    return tensors.stream().mapToLong(TensorFacts::elements).sum();
  }

  List<TensorFacts> tensors() {
    return List.copyOf(tensors);
  }
}
