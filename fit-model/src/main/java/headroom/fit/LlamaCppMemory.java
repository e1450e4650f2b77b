package headroom.fit;

import headroom.kv.CacheCells;
import java.util.List;

/**
 * llama.cpp: one stream of cells for all sequences or one for each, windows apart.
 *
 * <p>From {@code llama-kv-cache-iswa.cpp} ({@code size_swa}) and {@code llama-context.cpp} ({@code
 * n_ctx_seq}).
 */
record LlamaCppMemory(Engine.LlamaCpp engine) implements EngineMemory {
  @Override
  public CacheCells fullCells(FitQuestion question) {
    return engine.unifiedCache()
        ? CacheCells.full(question.contextLength())
        : CacheCells.streams(question.sequences(), CacheCells.full(question.contextPerSequence()));
  }

  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    if (engine.fullWindowCache()) {
      return fullCells(question);
    }
    return engine.unifiedCache()
        ? CacheCells.sliding(
            window, question.contextLength(), question.sequences(), question.microBatch())
        : CacheCells.streams(
            question.sequences(),
            CacheCells.sliding(window, question.contextPerSequence(), 1, question.microBatch()));
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
