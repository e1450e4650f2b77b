package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.ComputeMemory.Peak;
import headroom.model.AttentionSpec;
import headroom.units.Bytes;

/**
 * Scratch memory of latent attention: llama.cpp turns queries into latents, ik_llama.cpp may make
 * whole keys and values of the latents for a prompt.
 */
final class LatentScratch {
  private static final String LATENT_SOURCE =
      "llama.cpp's allocator for DeepSeek-R1: 380 MiB with flash attention, 894 without at 2048"
          + " cells: queries, absorbed queries and attended latents of every head; 394 MiB on the"
          + " cards without output of https://github.com/ikawrakow/ik_llama.cpp/pull/394";
  private static final String UNFOLDED_SOURCE =
      "read off load logs of -mla 2 and 3 that ik_llama.cpp keeps in github-data (commit"
          + " 8337e4cd): 128 heads at 2048 cells 503, 64 heads 263 MiB; 128 heads at 32768 with"
          + " micro-batches of 512 3425, of 4096 4104; at 65536 6081 and 6992; at 131072 of 1024"
          + " 11718; all cells at once at 32768 6346; a CPU 432 at 2048 and 2662 MiB at 32768";

  /** Tokens up to which activations lie beside one part of the unfolded latents. */
  private static final int SMALL_BATCH = 1024;

  /** {@code -amb} where none is given: what people who run such models give. */
  private static final int USUAL_ATTENTION_BATCH_MIB = 512;

  private LatentScratch() {}

  /** The widest moment of a layer of latent attention, by the rules of the engine. */
  static Peak peak(
      AttentionSpec.LatentAttention heads, FitQuestion question, long batch, Masks masks) {
    if (question.engine() instanceof Engine.IkLlamaCpp ik && ik.latentMode() != 1) {
      return ik.latentMode() == 0
          ? ComputeMemory.grouped(whole(heads), masks.cells(), question, batch, masks)
          : question.flashAttention()
              ? unfolded(heads, ik, question, batch, masks)
              : absorbed(heads, question, batch, masks);
    }
    return absorbed(heads, question, batch, masks);
  }

  private static AttentionSpec.GroupedQuery whole(AttentionSpec.LatentAttention heads) {
    return new AttentionSpec.GroupedQuery(
        heads.heads(), heads.heads(), heads.keySize() + heads.ropeSize(), heads.valueSize());
  }

  /** Queries turned into latents: attention as if all heads shared one key of latent and rope. */
  private static Peak absorbed(
      AttentionSpec.LatentAttention heads, FitQuestion question, long batch, Masks masks) {
    long embedding = question.model().embeddingSize();
    long cells = masks.cells();
    long each =
        2L * heads.latentSize() + heads.ropeSize() + 2L * (heads.keySize() + heads.ropeSize());
    long scores = question.flashAttention() ? 0 : cells;
    long mask = cells * masks.bytesLater() * batch;
    return new Peak(
        ComputeMemory.F32_BYTES * batch * (heads.heads() * (scores + each) + embedding) + mask,
        () ->
            "4 B × %d tokens × (%d heads × (%d cells + %d latent queries and results) + %d embedding) + %d B of masks"
                .formatted(batch, heads.heads(), scores, each, embedding, mask),
        LATENT_SOURCE);
  }

  /**
   * Keys and values of all cells made from the latents, some heads at a time. Where they are made
   * for all heads at once, F32 and F16 copies live together; else the F16 ones are joined part by
   * part and what flows through the layer finds its place beside one part.
   */
  private static Peak unfolded(
      AttentionSpec.LatentAttention heads,
      Engine.IkLlamaCpp engine,
      FitQuestion question,
      long batch,
      Masks masks) {
    long cells = masks.cells();
    boolean cpu = question.device().kind() == DeviceKind.CPU_MEMORY;
    long limit = Bytes.ofMiB(engine.attentionBatchMiB().orElse(USUAL_ATTENTION_BATCH_MIB)).value();
    int key = heads.keySize() + heads.ropeSize();
    int plain = heads.keySize() + heads.valueSize();
    long f32OfHead = ComputeMemory.F32_BYTES * cells * plain;
    int together = heads.heads();
    while (together % 2 == 0 && together * f32OfHead > limit) {
      together /= 2;
    }
    int chunk = together;
    boolean whole = chunk == heads.heads();
    // Kernels of a card read F16, so latents in another format are converted first.
    long converted =
        cpu || !question.keyFormat().isBlockQuantised()
            ? 0
            : (long) ComputeMemory.F16_BYTES * cells * heads.latentSize();
    long kept =
        (long) ComputeMemory.F16_BYTES
            * cells
            * heads.heads()
            * (cpu ? key : whole ? plain : key + heads.valueSize());
    long made = chunk * f32OfHead;
    long stream = question.model().embeddingSize();
    long alive =
        cpu
            ? made + ComputeMemory.F32_BYTES * batch * heads.heads() * (key + heads.valueSize())
            : whole
                ? made
                    + ComputeMemory.F32_BYTES
                        * batch
                        * (heads.heads() * 2L * key + stream + 5L * heads.latentSize())
                : batch <= SMALL_BATCH
                    ? made + ComputeMemory.F32_BYTES * batch * heads.heads() * 6L * key
                    : Math.max(
                        made + ComputeMemory.F32_BYTES * batch * heads.heads() * 2L * key,
                        ComputeMemory.F32_BYTES
                            * batch
                            * heads.heads()
                            * 2L
                            * (key + heads.valueSize()));
    long mask = cpu ? 0 : cells * masks.bytesLater() * batch;
    return new Peak(
        alive + kept + converted + mask,
        () ->
            "%d heads of %d at a time: %d B of activations and unfolded latents + %d B of keys and values as F16 + %d B of latents as F16 + %d B of masks"
                .formatted(chunk, heads.heads(), alive, kept, converted, mask),
        UNFOLDED_SOURCE);
  }
}
