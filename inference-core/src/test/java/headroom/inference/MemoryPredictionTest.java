package headroom.inference;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.Engine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.gguf.TensorInfo;
import headroom.inference.decode.Session;
import headroom.kv.CacheFormat;
import headroom.kv.KvCacheSpec;
import headroom.model.AttentionSpec;
import headroom.model.HeaderModel;
import headroom.model.ModelSpec;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What this engine allocates is what the calculator says of it, to the byte. */
class MemoryPredictionTest {
  private static final Device MEMORY =
      new Device(
          "memory",
          "Memory",
          "any",
          DeviceKind.CPU_MEMORY,
          Optional.empty(),
          Optional.empty(),
          ComputeRates.UNKNOWN,
          true,
          Optional.empty(),
          OptionalDouble.empty());

  /** A context that is no multiple of anything, and one of more than a batch. */
  private static final List<Integer> CONTEXTS = List.of(7, 530);

  /**
   * Its header, from before files had latents apart, says whole keys and values, which other
   * engines keep; this one keeps latents all the same.
   */
  private static final String WHOLE_IN_HEADER = "deepseek2-old";

  /** Keys and values, also apart. */
  private static final List<List<QuantFormat>> FORMATS =
      List.of(
          List.of(QuantFormat.F16, QuantFormat.F16),
          List.of(QuantFormat.F32, QuantFormat.F16),
          List.of(QuantFormat.Q8_0, QuantFormat.Q8_0),
          List.of(QuantFormat.Q8_0, QuantFormat.Q4_0));

  static List<Arguments> cases() {
    List<String> names = new ArrayList<>(GoldenFiles.architectures());
    names.removeIf(name -> name.endsWith(WHOLE_IN_HEADER));
    names.add("llama-f32");
    names.addAll(List.of("odd/bitnet", "odd/deepseek32", "odd/glm-dsa-shared", "odd/gemma3n"));
    List<Arguments> cases = new ArrayList<>();
    for (String name : names) {
      for (int context : CONTEXTS) {
        FORMATS.forEach(
            formats -> cases.add(Arguments.of(name, context, formats.get(0), formats.get(1))));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void weightsCacheActivationsAndLogitsAreAsPredicted(
      String name, int context, QuantFormat keys, QuantFormat values) throws IOException {
    GgufHeader header = GgufReader.read(GoldenFiles.of(name + ".gguf"));
    ModelSpec shape = HeaderModel.of(header);
    Assumptions.assumeTrue(
        shape.layers().stream().allMatch(layer -> storable(layer.attention(), keys, values)),
        "skipped: blocks of this format do not divide this model's rows");
    List<MemoryLine> lines = predicted(header, context, keys, values);

    try (LanguageModel model =
            LanguageModel.load(
                GoldenFiles.of(name + ".gguf"), new LoadOptions(1, KernelChoice.REFERENCE));
        Session session = model.newSession(new KvCacheSpec(keys, values, context, 1))) {
      int[] prompt = new int[context];
      Arrays.fill(prompt, 1);
      float[] logits = session.forward(prompt);

      assertThat(sum(lines, line -> line.quantity() == Quantity.WEIGHTS))
          .isEqualTo(mapped(model.header()));
      assertThat(sum(lines, line -> line.quantity() == Quantity.KV))
          .isEqualTo(session.cacheBytes());
      assertThat(sum(lines, line -> line.quantity() == Quantity.COMPUTE))
          .isEqualTo(session.activationBytes());
      assertThat(sum(lines, line -> line.what().equals("logits")))
          .isEqualTo((long) Float.BYTES * logits.length);
    }
  }

  private static boolean storable(AttentionSpec attention, QuantFormat keys, QuantFormat values) {
    return switch (attention) {
      case AttentionSpec.GroupedQuery heads ->
          keys.fitsRow((long) heads.kvHeads() * heads.keySize())
              && values.fitsRow((long) heads.kvHeads() * heads.valueSize());
      case AttentionSpec.SlidingWindow sliding -> storable(sliding.heads(), keys, values);
      case AttentionSpec.LatentAttention latent ->
          keys.fitsRow((long) latent.latentSize() + latent.ropeSize())
              && keys.fitsRow(latent.latentSize())
              && latent.indexer().stream().allMatch(indexer -> keys.fitsRow(indexer.headSize()));
      case AttentionSpec.Recurrent _, AttentionSpec.None _ -> true; // kept in F32, or nothing
    };
  }

  private static List<MemoryLine> predicted(
      GgufHeader header, int context, QuantFormat keys, QuantFormat values) {
    List<GgufHeader> parts = List.of(header);
    FitQuestion question =
        FitQuestion.of(HeaderModel.of(parts), HeaderModel.stored(parts), MEMORY, context)
            .withEngine(new Engine.Embedded())
            .withCache(CacheFormat.of(keys), CacheFormat.of(values));
    return Fit.answer(question).memory().lines();
  }

  /** Every tensor is mapped with the file; what pads them apart is not counted. */
  private static long mapped(GgufHeader header) {
    return header.tensors().stream().map(TensorInfo::bytes).mapToLong(bytes -> bytes.value()).sum();
  }

  private static long sum(List<MemoryLine> lines, Predicate<MemoryLine> chosen) {
    return lines.stream().filter(chosen).mapToLong(line -> line.bytes().value()).sum();
  }
}
