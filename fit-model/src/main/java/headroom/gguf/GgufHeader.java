package headroom.gguf;

import java.util.List;
import java.util.Optional;

/**
 * What stands before the tensor data of a GGUF file (<a
 * href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">format</a>, versions 2 and 3).
 *
 * @param source file name or URL, for messages
 * @param version 2 or 3
 * @param alignment bytes that tensor offsets are multiples of
 * @param metadata key-value pairs
 * @param tensors in file order
 * @param dataOffset byte offset at which tensor data starts
 * @param fileBytes bytes of the whole file, tensor data included
 */
public record GgufHeader(
    String source,
    int version,
    int alignment,
    GgufMetadata metadata,
    List<TensorInfo> tensors,
    long dataOffset,
    long fileBytes) {
  public GgufHeader {
    tensors = List.copyOf(tensors);
  }

  /** The tensor of this name. */
  public Optional<TensorInfo> tensor(String name) {
    return tensors.stream().filter(t -> t.name().equals(name)).findFirst();
  }
}
