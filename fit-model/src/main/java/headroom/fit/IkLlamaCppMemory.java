package headroom.fit;

import headroom.fit.CacheMemory.LayerCache;
import headroom.kv.CacheCells;
import headroom.model.AttentionSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * ik_llama.cpp: windows keep the whole context, latents are kept as {@code -mla} says.
 *
 * <p>What the modes keep is from the logs of its issues 296 (mode 3), 285 (mode 2), 389 and 230
 * (mode 0), and from its pull request 188.
 */
record IkLlamaCppMemory(Engine.IkLlamaCpp engine) implements EngineMemory {
  /** {@code llama_kv_cache_get_padding} without flash attention. */
  private static final int PLAIN_PADDING = 32;

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return question.flashAttention()
        ? CacheCells.full(question.contextLength())
        : CacheCells.full(question.contextLength(), PLAIN_PADDING);
  }

  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    return fullCells(question);
  }

  @Override
  public List<LayerCache> latent(AttentionSpec.LatentAttention attention, FitQuestion question) {
    if (engine.latentMode() == 0) {
      return CacheMemory.unfolded(attention, question);
    }
    List<LayerCache> caches = new ArrayList<>(CacheMemory.latent(attention, question));
    if (engine.latentMode() == 1 && !question.flashAttention()) {
      caches.add(CacheMemory.transposed(attention, question));
    }
    return caches;
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    return ComputeMemory.graph(question);
  }

  @Override
  public boolean runsFlatFormats() {
    return false;
  }
}
