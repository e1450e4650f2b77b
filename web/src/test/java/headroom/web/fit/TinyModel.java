package headroom.web.fit;

import headroom.gguf.GgufWriter;
import headroom.gguf.TensorPlan;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A GGUF file of a llama of one layer, 64 wide, all zeros. */
final class TinyModel {
  private TinyModel() {}

  static byte[] bytes() throws IOException {
    Map<String, Object> metadata =
        Map.of(
            "general.architecture", "llama",
            "general.name", "Tiny",
            "llama.block_count", 1,
            "llama.embedding_length", 64,
            "llama.context_length", 512,
            "llama.attention.head_count", 4,
            "llama.attention.head_count_kv", 2);
    List<TensorPlan> tensors =
        List.of(
            tensor("token_embd.weight", 64, 100),
            tensor("output_norm.weight", 64),
            tensor("output.weight", 64, 100),
            tensor("blk.0.attn_norm.weight", 64),
            tensor("blk.0.attn_q.weight", 64, 64),
            tensor("blk.0.attn_k.weight", 64, 32),
            tensor("blk.0.attn_v.weight", 64, 32),
            tensor("blk.0.attn_output.weight", 64, 64),
            tensor("blk.0.ffn_norm.weight", 64),
            tensor("blk.0.ffn_gate.weight", 64, 128),
            tensor("blk.0.ffn_up.weight", 64, 128),
            tensor("blk.0.ffn_down.weight", 128, 64));
    Path file = Files.createTempFile("tiny", ".gguf");
    try {
      try (GgufWriter writer = GgufWriter.open(file, metadata, tensors)) {
        for (TensorPlan tensor : tensors) {
          writer.append(tensor.name(), ByteBuffer.allocate((int) tensor.bytes().value()));
        }
        writer.finish();
      }
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static TensorPlan tensor(String name, long... shape) {
    return new TensorPlan(name, java.util.Arrays.stream(shape).boxed().toList(), QuantFormat.F16);
  }
}
