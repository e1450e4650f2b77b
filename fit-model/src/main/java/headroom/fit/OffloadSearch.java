package headroom.fit;

import headroom.fit.MemoryLine.Quantity;
import headroom.fit.StoredWeights.StoredTensor;
import headroom.units.Bytes;

/**
 * How many layers fit a device that cannot hold all of them.
 *
 * <p>llama.cpp places the output matrix first and then layers from the last to the first ({@code
 * i_gpu_start} in llama-model.cpp); scratch memory does not shrink with the layers
 * (https://github.com/ggml-org/llama.cpp/issues/27953).
 */
final class OffloadSearch {
  private OffloadSearch() {}

  /** Layers on the device, 0 where not even one fits beside what every layer needs. */
  static int layers(FitQuestion question, StoredWeights weights, MemoryPlan plan, Bytes usable) {
    int count = question.model().layers().size();
    long[] layerBytes = new long[count];
    long left = usable.value();
    for (StoredTensor tensor : weights.tensors()) {
      if (!WeightMemory.isOnDevice(question, tensor)) {
        continue;
      }
      int layer = tensor.facts().layer().orElse(count);
      if (layer >= 0 && layer < count) {
        layerBytes[layer] += tensor.bytes().value();
      } else {
        left -= tensor.bytes().value();
      }
    }
    for (int layer = 0; layer < count; layer++) {
      for (CacheMemory.LayerCache cache :
          CacheMemory.ofLayer(question.model().layers().get(layer), question)) {
        layerBytes[layer] += cache.bytes().value();
      }
    }
    for (MemoryLine line : plan.lines()) {
      boolean perLayer = line.quantity() == Quantity.WEIGHTS || line.quantity() == Quantity.KV;
      if (line.place().isCard() && !perLayer) {
        left -= line.bytes().value();
      }
    }
    int fitting = 0;
    for (int layer = count - 1; layer >= 0 && left >= layerBytes[layer]; layer--) {
      left -= layerBytes[layer];
      fitting++;
    }
    return fitting;
  }
}
