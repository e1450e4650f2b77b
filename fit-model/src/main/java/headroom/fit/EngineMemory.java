package headroom.fit;

import headroom.fit.CacheMemory.LayerCache;
import headroom.kv.CacheCells;
import headroom.model.AttentionSpec;
import headroom.quant.FlatFormat;
import headroom.quant.WeightFormat;
import java.util.List;

/** The rules by which one engine lays out its memory. */
sealed interface EngineMemory
    permits LlamaCppMemory, IkLlamaCppMemory, VllmMemory, ExLlamaMemory, MlxMemory, EmbeddedMemory {

  static EngineMemory of(Engine engine) {
    return switch (engine) {
      case Engine.LlamaCpp llama -> new LlamaCppMemory(llama);
      case Engine.IkLlamaCpp ik -> new IkLlamaCppMemory(ik);
      case Engine.Vllm vllm -> new VllmMemory(vllm);
      case Engine.ExLlama exLlama -> new ExLlamaMemory();
      case Engine.Mlx mlx -> new MlxMemory();
      case Engine.Embedded embedded -> new EmbeddedMemory();
    };
  }

  /** Room of a layer that attends to everything. */
  CacheCells fullCells(FitQuestion question);

  /** Room of a layer that attends to {@code window} tokens. */
  CacheCells slidingCells(int window, FitQuestion question);

  /** What a layer of latent attention keeps. */
  default List<LayerCache> latent(AttentionSpec.LatentAttention attention, FitQuestion question) {
    return CacheMemory.latent(attention, question);
  }

  /** Bytes of one element of a recurrent layer's state. */
  default int stateElementBytes() {
    return Float.BYTES;
  }

  /** Activations, inputs, outputs and what the engine itself reserves. */
  List<MemoryLine> scratch(FitQuestion question);

  /** True where tables that are only looked up stay in the host's memory. */
  default boolean keepsTablesOnHost(WeightFormat weights) {
    return !(weights instanceof FlatFormat);
  }

  /** True where {@link #scratch} has no line for the driver's own context. */
  default boolean leavesContextToDriver() {
    return true;
  }

  /** True where the engine is not llama.cpp or a fork of it. */
  default boolean runsFlatFormats() {
    return true;
  }
}
