package headroom.catalogue;

import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Gathers the tensors of one layer, or of what lies outside the layers, under their GGUF names. */
final class TensorList {
  private final String prefix;
  private final OptionalInt layer;
  private final List<TensorFacts> tensors = new ArrayList<>();

  private TensorList(String prefix, OptionalInt layer) {
    this.prefix = prefix;
    this.layer = layer;
  }

  static TensorList outsideLayers() {
    return new TensorList("", OptionalInt.empty());
  }

  static TensorList ofLayer(int layer) {
    return new TensorList("blk." + layer + ".", OptionalInt.of(layer));
  }

  /** A matrix from {@code in} to {@code out} elements, stored as {@code out} rows of {@code in}. */
  TensorList matrix(String name, TensorRole role, long in, long out) {
    tensors.add(new TensorFacts(prefix + name + ".weight", role, layer, in, out));
    return this;
  }

  /** A norm, scale or other vector kept in F32. */
  TensorList vector(String name, long elements) {
    return plain(name + ".weight", elements, 1);
  }

  TensorList bias(String name, long elements) {
    return plain(name + ".bias", elements, 1);
  }

  /** Anything kept in F32, by its whole name. */
  TensorList plain(String name, long rowLength, long rows) {
    tensors.add(new TensorFacts(prefix + name, TensorRole.UNQUANTISED, layer, rowLength, rows));
    return this;
  }

  long elements() {
    return tensors.stream().mapToLong(TensorFacts::elements).sum();
  }

  List<TensorFacts> tensors() {
    return List.copyOf(tensors);
  }
}
