package headroom.quant;

/**
 * How the weights of a whole model are stored: a mix of llama.cpp's quantiser, a flat scheme of
 * another engine, or exactly what a file's header says.
 */
public sealed interface WeightFormat permits GgufMix, FlatFormat, AsStored {
  /** For example {@code Q4_K_M}, {@code gptq-4bit-g128}, {@code as stored}. */
  String id();
}
