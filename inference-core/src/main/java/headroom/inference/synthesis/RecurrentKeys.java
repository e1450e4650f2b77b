package headroom.inference.synthesis;

import headroom.model.AttentionSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** The keys that say what recurrent layers keep, their architecture's prefix left out. */
final class RecurrentKeys {
  private final ModelSpec model;
  private final int layer;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  private RecurrentKeys(ModelSpec model, int layer) {
    this.model = model;
    this.layer = layer;
  }

  /** None where no layer is recurrent. */
  static Map<String, Object> of(ModelSpec model, SyntheticArchitecture architecture) {
    OptionalInt first =
        IntStream.range(0, model.layers().size())
            .filter(i -> model.layers().get(i).attention() instanceof AttentionSpec.Recurrent)
            .findFirst();
    return first.isEmpty()
        ? Map.of()
        : new RecurrentKeys(model, first.getAsInt()).write(architecture);
  }

  /** Groups that a norm of Mamba 2 works on, each a row of it; empty of other tensors. */
  static OptionalLong groupsNormed(TensorFacts tensor, ModelSpec model) {
    if (!tensor.name().endsWith(".ssm_norm.weight")) {
      return OptionalLong.empty();
    }
    RecurrentKeys of = new RecurrentKeys(model, tensor.layer().orElseThrow());
    return of.has("ssm_in.weight") ? OptionalLong.of(of.groups()) : OptionalLong.empty();
  }

  private boolean has(String stem) {
    String name = "blk.%d.%s".formatted(layer, stem);
    return model.tensors().stream().anyMatch(tensor -> tensor.name().equals(name));
  }

  /** Groups of heads that share B and C. */
  private long groups() {
    long inner = tensor("ssm_out.weight").rowLength();
    return (tensor("ssm_conv1d.weight").rows() - inner) / (2 * (state() / inner));
  }

  private Map<String, Object> write(SyntheticArchitecture architecture) {
    switch (architecture) {
      case LFM2, LFM2MOE ->
          keys.put("shortconv.l_cache", (int) tensor("shortconv.conv.weight").rowLength());
      case GRANITE_HYBRID, NEMOTRON_H, NEMOTRON_H_MOE -> mamba2();
      case QWEN3NEXT, QWEN35, QWEN35MOE -> deltaNet(architecture);
      default ->
          throw new SynthesisException(
              model.id(),
              "recurrent layers in a %s model; wanted attention".formatted(architecture.id()));
    }
    return keys;
  }

  private void mamba2() {
    long inner = tensor("ssm_out.weight").rowLength();
    ssm(
        tensor("ssm_conv1d.weight").rowLength(),
        inner,
        state() / inner,
        tensor("ssm_a").rows(),
        groups());
  }

  private void deltaNet(SyntheticArchitecture architecture) {
    long size = tensor("ssm_norm.weight").rowLength();
    long inner = tensor("ssm_out.weight").rowLength();
    long keysAndQueries = tensor("attn_qkv.weight").rows() - inner;
    ssm(
        tensor("ssm_conv1d.weight").rowLength(),
        inner,
        size,
        inner / size,
        keysAndQueries / (2 * size));
    if (architecture != SyntheticArchitecture.QWEN3NEXT) {
      keys.put("rope.dimension_sections", sections());
    }
  }

  /** Time, height and width take turns over all pairs, as in Qwen 3.5: 11, 11 and 10 of 32. */
  private List<Integer> sections() {
    AttentionSpec.GroupedQuery heads =
        model.layers().stream()
            .map(of -> of.attention())
            .filter(AttentionSpec.GroupedQuery.class::isInstance)
            .map(AttentionSpec.GroupedQuery.class::cast)
            .findFirst()
            .orElseThrow();
    int pairs = heads.keySize() / SyntheticArchitecture.QWEN35.rotatedShare() / 2;
    return List.of((pairs + 2) / 3, (pairs + 1) / 3, pairs / 3, 0);
  }

  private void ssm(long taps, long inner, long state, long heads, long groups) {
    keys.put("ssm.conv_kernel", (int) taps);
    keys.put("ssm.inner_size", (int) inner);
    keys.put("ssm.state_size", (int) state);
    keys.put("ssm.time_step_rank", (int) heads);
    keys.put("ssm.group_count", (int) groups);
  }

  private long state() {
    return ((AttentionSpec.Recurrent) model.layers().get(layer).attention()).stateElements();
  }

  private TensorFacts tensor(String stem) {
    String name = "blk.%d.%s".formatted(layer, stem);
    return model.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SynthesisException(
                    model.id(), "no tensor '%s'; wanted a recurrent layer's".formatted(name)));
  }
}
