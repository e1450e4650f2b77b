package headroom.catalogue;

import headroom.model.TensorFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention weights of DeepSeek-V4, whose ranks are not in the catalogue: what the published
 * total leaves after embeddings, norms and experts, shared evenly among the layers.
 */
final class CompressedAttention {
  private CompressedAttention() {}

  static List<TensorFacts> tensors(CatalogueModel model, List<TensorFacts> others) {
    long width = model.architecture().embeddingSize();
    int layers = model.architecture().layers();
    long remainder =
        model.parameters().textDecoder() - others.stream().mapToLong(TensorFacts::elements).sum();
    long rows = remainder / (width * layers);
    List<TensorFacts> tensors = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      long left = layer == layers - 1 ? remainder - rows * width * layers : 0;
      TensorList list = TensorList.ofLayer(layer).matrix("attn_compressed", width, rows);
      if (left > 0) {
        list.vector("attn_compressed_rest", left);
      }
      tensors.addAll(list.tensors());
    }
    return tensors;
  }
}
