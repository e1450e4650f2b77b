package headroom.model;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.gguf.TensorInfo;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Headers of tiny models: 64 wide, 4 heads of 16, 2 key-value heads, 100 tokens. */
final class TinyHeader {
  final Map<String, Object> metadata = new LinkedHashMap<>();
  final List<TensorInfo> tensors = new ArrayList<>();
  private final String architecture;

  TinyHeader(String architecture, int layers) {
    this.architecture = architecture;
    metadata.put("general.architecture", architecture);
    key("block_count", layers);
    key("embedding_length", 64);
    key("attention.head_count", 4);
    key("attention.head_count_kv", 2);
    tensor("token_embd.weight", 64, 100);
    tensor("output.weight", 64, 100);
  }

  /** Every layer with plain attention and a gated feed-forward network. */
  static TinyHeader dense(String architecture, int layers) {
    TinyHeader header = new TinyHeader(architecture, layers);
    for (int i = 0; i < layers; i++) {
      header.attention(i).feedForward(i);
    }
    return header;
  }

  TinyHeader key(String name, Object value) {
    metadata.put(architecture + "." + name, value);
    return this;
  }

  TinyHeader tensor(String name, long... shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape) {
      sizes.add(size);
    }
    tensors.add(new TensorInfo(name, sizes, QuantFormat.F16, 0));
    return this;
  }

  TinyHeader attention(int layer) {
    String prefix = "blk." + layer + ".";
    return tensor(prefix + "attn_norm.weight", 64)
        .tensor(prefix + "attn_q.weight", 64, 64)
        .tensor(prefix + "attn_k.weight", 64, 32)
        .tensor(prefix + "attn_v.weight", 64, 32)
        .tensor(prefix + "attn_output.weight", 64, 64);
  }

  TinyHeader feedForward(int layer) {
    String prefix = "blk." + layer + ".";
    return tensor(prefix + "ffn_gate.weight", 64, 96)
        .tensor(prefix + "ffn_up.weight", 64, 96)
        .tensor(prefix + "ffn_down.weight", 96, 64);
  }

  GgufHeader header() {
    return new GgufHeader(
        "tiny.gguf", 3, 32, new GgufMetadata("tiny.gguf", metadata), tensors, 0, 1 << 20);
  }

  ModelSpec spec() {
    return HeaderModel.of(header());
  }

  /** One letter for each layer: w sliding window, f full, r recurrent, n none, m latent. */
  String kinds() {
    StringBuilder kinds = new StringBuilder();
    for (LayerSpec layer : spec().layers()) {
      kinds.append(
          switch (layer.attention()) {
            case AttentionSpec.SlidingWindow _ -> 'w';
            case AttentionSpec.GroupedQuery _ -> 'f';
            case AttentionSpec.Recurrent _ -> 'r';
            case AttentionSpec.None _ -> 'n';
            case AttentionSpec.LatentAttention _ -> 'm';
          });
    }
    return kinds.toString();
  }
}
