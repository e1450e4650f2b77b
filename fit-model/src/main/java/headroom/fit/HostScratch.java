package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.units.Bytes;
import java.util.List;

/** What llama.cpp's graph takes on the host while devices compute: its inputs. */
final class HostScratch {
  private static final String HOST_SOURCE =
      "derived from load logs: Gemma-3-27B at 32k 138.51 (two masks of 32768), Qwen3-30B-A3B at 32k"
          + " 68.01, Qwen3.6-27B at 128k 276.29 MiB (one activation more for the recurrent layers)";
  private static final String INDICES_SOURCE =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-kv-cache.cpp#L1403;"
          + " a load log: gpt-oss-120b at 4096 without flash attention 25.64 MiB exact";
  private static final int INDEX_BYTES = 8;

  private HostScratch() {}

  /** Tokens, their embeddings, masks and places of values. */
  static MemoryLine line(FitQuestion question, List<LayerSpec> kinds, long batch) {
    long masks = Masks.cells(kinds, question);
    boolean recurrent = false;
    for (LayerSpec kind : kinds) {
      recurrent |= kind.attention() instanceof AttentionSpec.Recurrent || kind.beside().isPresent();
    }
    boolean current = ComputeMemory.isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES);
    int activations = recurrent || current ? 2 : 1;
    int maskBytes =
        current && question.flashAttention() ? ComputeMemory.F16_BYTES : ComputeMemory.F32_BYTES;
    long embedding = question.model().embeddingSize();
    long indices = valueIndices(kinds, question);
    return new MemoryLine(
        "compute buffer of the host",
        Quantity.COMPUTE,
        Place.HOST,
        Bytes.of(
            batch * (maskBytes * masks + ComputeMemory.F32_BYTES * activations * embedding)
                + INDEX_BYTES * batch * indices),
        () ->
            "%d tokens × (%d B × %d cells of masks + 4 B × %d × %d embedding)%s"
                .formatted(
                    batch,
                    maskBytes,
                    masks,
                    activations,
                    embedding,
                    indices == 0
                        ? ""
                        : " + 8 B × %d tokens × %d places of values".formatted(batch, indices)),
        indices == 0 ? HOST_SOURCE : HOST_SOURCE + "; " + INDICES_SOURCE);
  }

  /**
   * Places that values of a token are written to, element by element as they are stored transposed
   * without flash attention; 0 where whole rows are written.
   */
  private static long valueIndices(List<LayerSpec> kinds, FitQuestion question) {
    boolean transposed =
        !question.flashAttention()
            && question.engine() instanceof Engine.LlamaCpp
            && !ComputeMemory.isBuild(question, LlamaCppBuild.GATES_IN_PLACE);
    if (!transposed) {
      return 0;
    }
    long widest = 0;
    boolean full = false;
    boolean sliding = false;
    for (LayerSpec kind : kinds) {
      if (kind.attention() instanceof AttentionSpec.GroupedQuery own) {
        widest = Math.max(widest, (long) own.kvHeads() * own.valueSize());
        full |= own.kvHeads() > 0;
      } else if (kind.attention() instanceof AttentionSpec.SlidingWindow own) {
        widest = Math.max(widest, (long) own.heads().kvHeads() * own.heads().valueSize());
        sliding = true;
      }
    }
    return widest * ((full ? 1 : 0) + (sliding ? 1 : 0));
  }
}
