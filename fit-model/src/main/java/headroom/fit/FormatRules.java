package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.kv.CacheFormat;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Formats of weights and caches that a device or an engine has no kernels for, and what has. */
final class FormatRules {
  /** Blackwell, the first with FP4 matrix units. */
  private static final double FP4_CAPABILITY = 10.0;

  /** Ada, the first with FP8 matrix units. */
  private static final double FP8_CAPABILITY = 8.9;

  /** Ampere, the first with BF16 matrix units. */
  private static final double BF16_CAPABILITY = 8.0;

  private static final String HARDWARE = " (https://docs.vllm.ai/en/latest/features/quantization/)";

  private FormatRules() {}

  static void notes(FitQuestion question, List<Supplier<String>> notes) {
    String weights = question.weights().id().toLowerCase(Locale.ROOT);
    for (Card card : question.machine().cards()) {
      Optional<Supplier<String>> note = weights(weights, question.engine(), card.device());
      if (note.isPresent()) {
        notes.add(note.get());
        break;
      }
    }
    cache(question, question.keyFormat()).ifPresent(notes::add);
    if (!question.valueFormat().equals(question.keyFormat())) {
      cache(question, question.valueFormat()).ifPresent(notes::add);
    }
  }

  private static Optional<Supplier<String>> weights(String id, Engine engine, Device device) {
    if (device.computeCapability().isEmpty()) {
      return Optional.empty();
    }
    double capability = device.computeCapability().getAsDouble();
    if (id.contains("nvfp4") && capability < FP4_CAPABILITY) {
      return Optional.of(
          () ->
              ("%s has compute capability %s; FP4 matrix units came with %s. NVFP4 weights take the"
                      + " same memory there and are widened as they are read (llama.cpp to int8,"
                      + " vLLM to 16 bits with Marlin), so they gain no arithmetic; Q4_K_M or AWQ do"
                      + " the same with better kernels"
                      + " (https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-cuda/mmq-config-ampere.cuh#L365).")
                  .formatted(device.name(), capability, FP4_CAPABILITY));
    }
    boolean vllm = engine instanceof Engine.Vllm;
    if (vllm && id.startsWith("fp8") && capability < FP8_CAPABILITY) {
      return Optional.of(
          () ->
              ("%s has compute capability %s; FP8 matrix units came with %s. vLLM widens FP8 weights"
                      + " to 16 bits as it reads them there (Marlin): the same memory, and prompts"
                      + " gain nothing%s. Take W8A8 INT8, or AWQ.")
                  .formatted(device.name(), capability, FP8_CAPABILITY, HARDWARE));
    }
    if (vllm && id.startsWith("bf16") && capability < BF16_CAPABILITY) {
      return Optional.of(
          () ->
              ("%s has compute capability %s; vLLM takes BF16 from %s on: give it --dtype half, which"
                      + " takes the same memory.")
                  .formatted(device.name(), capability, BF16_CAPABILITY));
    }
    return Optional.empty();
  }

  /** Schemes from papers have knobs that say so; these are named as types that some engine has. */
  private static Optional<Supplier<String>> cache(FitQuestion question, CacheFormat format) {
    String id = format.id().toLowerCase(Locale.ROOT);
    boolean small = id.startsWith("fp8") || id.startsWith("nvfp4");
    boolean ggml = format.ggml().filter(type -> type.weightsPerBlock() > 1).isPresent();
    return switch (question.engine()) {
      case Engine.LlamaCpp _, Engine.IkLlamaCpp _ when small ->
          Optional.of(
              () ->
                  ("llama.cpp has no cache type %s: its -ctk takes f32, f16, bf16, q8_0, q5_1, q5_0,"
                          + " q4_1, q4_0 and iq4_nl. Computed as if it had; q8_0 takes %s bits an"
                          + " element.")
                      .formatted(format.id(), CacheFormat.of(QuantFormat.Q8_0).bitsPerElement()));
      case Engine.Vllm _ when ggml ->
          Optional.of(
              () ->
                  ("vLLM has no cache type %s: its --kv-cache-dtype takes auto (16 bits) and fp8."
                          + " Computed as if it had; take fp8_e4m3.")
                      .formatted(format.id()));
      default -> Optional.empty();
    };
  }
}
