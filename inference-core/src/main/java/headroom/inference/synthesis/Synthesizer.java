package headroom.inference.synthesis;

import headroom.gguf.GgufWriter;
import headroom.gguf.TensorPlan;
import headroom.mix.MixRules;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Writes a GGUF file of a real model's shape with seeded random weights. How fast a model runs does
 * not depend on what its weights say, so such a file measures as the real one does.
 */
public final class Synthesizer {
  /** Bytes made at a time; large enough for disks, small enough for a processor's cache. */
  private static final int BUFFER = 2 << 20;

  private Synthesizer() {}

  /** As {@link #write(SyntheticShape, GgufMix, Path, long)} with an unknown rotary base. */
  public static void write(ModelSpec model, GgufMix mix, Path out, long seed) throws IOException {
    write(new SyntheticShape(model, OptionalDouble.empty()), mix, out, seed);
  }

  /**
   * Writes a model; the same arguments give the same bytes.
   *
   * @param mix how its tensors are stored
   * @param out appears when it is complete, replacing what was there
   * @throws SynthesisException where the architecture or a format of the mix is not supported
   */
  public static void write(SyntheticShape shape, GgufMix mix, Path out, long seed)
      throws IOException {
    ModelSpec model = shape.model();
    Map<String, Object> metadata = new SyntheticMetadata(shape).keys(mix, seed);
    List<TensorPlan> plans = plans(model, mix);
    RandomBytes random = new RandomBytes(seed);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    try (GgufWriter writer = GgufWriter.open(out, metadata, plans)) {
      for (int i = 0; i < plans.size(); i++) {
        if (isConstant(model.tensors().get(i))) {
          writeAll(writer, plans.get(i), plans.get(i).name().endsWith(".ssm_a") ? -1f : 1f);
        } else {
          writeRandom(writer, plans.get(i), random, buffer);
        }
      }
      writer.finish();
    }
  }

  /** Formats that can be synthesized, by name. */
  public static List<String> formats() {
    return BlockPattern.formats().stream().map(QuantFormat::name).sorted().toList();
  }

  /** Every tensor in the order in which it is written. */
  static List<TensorPlan> plans(ModelSpec model, GgufMix mix) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, model);
    List<TensorPlan> plans = new ArrayList<>();
    for (TensorFacts tensor : model.tensors()) {
      QuantFormat format = formats.getOrDefault(tensor.name(), mix.base());
      if (BlockPattern.of(format).isEmpty()) {
        throw new SynthesisException(
            model.id(),
            "%s stores '%s' as %s; wanted a mix of %s"
                .formatted(
                    mix,
                    tensor.name(),
                    format,
                    formats().stream().collect(Collectors.joining(", "))));
      }
      plans.add(new TensorPlan(tensor.name(), dimensions(tensor, model), format));
    }
    return plans;
  }

  /** Elements per dimension as llama.cpp wants them: vectors 1, matrices 2, stacked ones 3. */
  private static List<Long> dimensions(TensorFacts tensor, ModelSpec model) {
    if (StreamTensors.isTable(tensor)) {
      return List.of(tensor.rowLength(), (long) model.vocabularySize());
    }
    OptionalLong stacked = matricesIn(tensor, model);
    if (stacked.isPresent()) {
      long count = stacked.getAsLong();
      return List.of(tensor.rowLength(), tensor.rows() / count, count);
    }
    OptionalLong groups = RecurrentKeys.groupsNormed(tensor, model);
    if (groups.isPresent()) {
      return List.of(tensor.rowLength() / groups.getAsLong(), groups.getAsLong());
    }
    return tensor.role() == TensorRole.UNQUANTISED && tensor.rows() == 1
        ? List.of(tensor.rowLength())
        : List.of(tensor.rowLength(), tensor.rows());
  }

  /** How many matrices a tensor holds where it holds several: experts, or heads of latents. */
  private static OptionalLong matricesIn(TensorFacts tensor, ModelSpec model) {
    return switch (tensor.role()) {
      case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN ->
          OptionalLong.of(
              model
                  .mixtureOfExperts()
                  .map(FeedForward.MixtureOfExperts::experts)
                  .orElseThrow(
                      () ->
                          new SynthesisException(
                              model.id(),
                              "tensor '%s' in a model without experts; wanted none"
                                  .formatted(tensor.name()))));
      case ATTENTION_LATENT -> headsIn(tensor, model);
      default -> StreamTensors.matricesIn(tensor);
    };
  }

  /** Up-projections of latents are stored head by head. */
  private static OptionalLong headsIn(TensorFacts tensor, ModelSpec model) {
    boolean byHead = tensor.name().contains(".attn_k_b.") || tensor.name().contains(".attn_v_b.");
    return byHead
            && model.layers().get(tensor.layer().orElseThrow()).attention()
                instanceof AttentionSpec.LatentAttention latent
        ? OptionalLong.of(latent.heads())
        : OptionalLong.empty();
  }

  /** True for norms and scales, which leave what passes through them as it is. */
  private static boolean isConstant(TensorFacts tensor) {
    return tensor.role() == TensorRole.UNQUANTISED
        && !tensor.name().endsWith(".bias")
        && !StreamTensors.isMatrix(tensor);
  }

  /** The same number everywhere: 1 leaves things as they are, -1 lets a state decay. */
  private static void writeAll(GgufWriter writer, TensorPlan plan, float value) throws IOException {
    if (plan.format() != QuantFormat.F32) {
      throw new IllegalStateException(
          "'%s' is stored as %s; wanted F32".formatted(plan.name(), plan.format()));
    }
    ByteBuffer ones =
        ByteBuffer.allocate(Math.toIntExact(plan.bytes().value())).order(ByteOrder.LITTLE_ENDIAN);
    while (ones.hasRemaining()) {
      ones.putFloat(value);
    }
    writer.append(plan.name(), ones.flip());
  }

  private static void writeRandom(
      GgufWriter writer, TensorPlan plan, RandomBytes random, ByteBuffer buffer)
      throws IOException {
    BlockPattern pattern = BlockPattern.of(plan.format()).orElseThrow();
    int wholeBlocks = BUFFER - BUFFER % plan.format().bytesPerBlock();
    long left = plan.bytes().value();
    while (left > 0) {
      int bytes = (int) Math.min(left, wholeBlocks);
      pattern.apply(random, buffer, bytes);
      writer.append(plan.name(), buffer.slice(0, bytes));
      left -= bytes;
    }
  }
}
