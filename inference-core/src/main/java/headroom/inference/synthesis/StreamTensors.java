package headroom.inference.synthesis;

import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import java.util.Map;
import java.util.OptionalLong;

/** What Gemma 3n has beside attention and networks: residual streams, and embeddings per layer. */
final class StreamTensors {
  private static final String TABLE = "per_layer_token_embd.weight";

  private StreamTensors() {}

  /** Its keys, the prefix left out. */
  static Map<String, Object> keys(ModelSpec model) {
    return Map.of(
        "embedding_length_per_layer_input",
        size(model, TABLE).rowLength() / model.layers().size(),
        "altup.num_inputs",
        matricesIn(size(model, "altup_proj.weight")).orElseThrow() + 1,
        "altup.active_idx",
        0);
  }

  private static TensorFacts size(ModelSpec model, String name) {
    return model.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SynthesisException(
                    model.id(), "a gemma3n model without tensor '%s'; wanted one".formatted(name)));
  }

  /** True for the embeddings of all layers, which files have for as many tokens as the others. */
  static boolean isTable(TensorFacts tensor) {
    return tensor.name().equals(TABLE);
  }

  /** Streams but the first, which have a square matrix each. */
  static OptionalLong matricesIn(TensorFacts tensor) {
    return tensor.name().equals("altup_proj.weight")
            || tensor.name().equals("altup_unembd_proj.weight")
        ? OptionalLong.of(tensor.rows() / tensor.rowLength())
        : OptionalLong.empty();
  }

  /** True for small matrices that are kept as they are, and yet are no scales. */
  static boolean isMatrix(TensorFacts tensor) {
    return tensor.rows() > 1
        && (tensor.name().contains("altup_")
            || tensor.name().contains("laurel_")
            || tensor.name().equals("per_layer_model_proj.weight"));
  }
}
