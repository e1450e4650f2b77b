package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheCells;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.List;

/**
 * ExLlamaV2 and V3: pages of 256 tokens, embeddings in system memory, a fixed reserve for
 * activations.
 */
record ExLlamaMemory() implements EngineMemory {
  private static final Bytes RESERVE = Bytes.ofMiB(512);

  private static final String RESERVE_SOURCE =
      "exllamav3's loader leaves 0.5 GB of each device free for activations (reserve_per_device in"
          + " exllamav3/model/model.py); cogito-32B at 4.0 bpw with an 8192-token cache took 16827 MiB"
          + " with q4 and 17097 with q4 and q8, weights and cache being 16013 and 16269"
          + " (https://github.com/oobabooga/text-generation-webui/pull/6903)";

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return CacheCells.full(question.contextLength());
  }

  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    return fullCells(question);
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    return List.of(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            RESERVE,
            () -> "512 MiB of each device, whatever the model",
            RESERVE_SOURCE),
        new MemoryLine(
            "logits",
            Quantity.OVERHEAD,
            question.device().kind() == DeviceKind.CPU_MEMORY ? Place.DEVICE : Place.HOST,
            Bytes.of(4L * question.model().vocabularySize()).times(question.sequences()),
            () ->
                "4 B × %d vocabulary × %d sequences"
                    .formatted(question.model().vocabularySize(), question.sequences()),
            "exllamav3/generator/generator.py: logits are moved to the host as F32"));
  }

  @Override
  public boolean keepsTablesOnHost(WeightFormat weights) {
    return true;
  }
}
