package headroom.fit;

import headroom.kv.CacheFormat;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.LayerSpec;
import headroom.quant.FlatFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The nearest question that an engine can run, with a note for each thing that had to change.
 *
 * @param question what is computed
 * @param notes what was changed or is doubtful, in whole sentences, written when read
 */
record Feasible(FitQuestion question, List<Supplier<String>> notes) {
  static Feasible of(FitQuestion wanted) {
    List<Supplier<String>> notes = new ArrayList<>();
    FitQuestion asked = EngineRules.apply(wanted, notes);
    CacheFormat keys = storable(asked.keyFormat(), "keys", asked, notes);
    CacheFormat values = storable(asked.valueFormat(), "values", asked, notes);
    boolean same = keys.equals(asked.keyFormat()) && values.equals(asked.valueFormat());
    FitQuestion question = same ? asked : asked.withCache(keys, values);
    if (values.isBlockQuantised() && !question.flashAttention() && storesValues(question)) {
      notes.add(
          () ->
              ("Values cached as %s need flash attention: computed with flash attention on, as"
                   + " llama.cpp does. Turn it on, or cache values as f16.")
                  .formatted(values.id()));
      question = question.withFlashAttention(true);
    }
    int perSequence = question.contextPerSequence();
    if (asked.model().maxContext().isPresent()
        && perSequence > asked.model().maxContext().getAsInt()) {
      int trained = asked.model().maxContext().getAsInt();
      notes.add(
          () ->
              ("%d tokens per sequence are more than the %d the model was trained for; answers may lose"
                      + " quality past that. Ask for at most %d, or stretch its positions: %s (YaRN,"
                      + " arXiv 2309.00071).")
                  .formatted(
                      perSequence, trained, trained, stretched(asked, perSequence, trained)));
    }
    if (asked.weights() instanceof FlatFormat flat
        && !EngineMemory.of(asked.engine()).runsFlatFormats()) {
      notes.add(
          () ->
              ("%s is run by engines other than llama.cpp (vLLM, Transformers and kin); cache,"
                   + " scratch memory and speed are estimated by llama.cpp's rules, with the"
                   + " embedding on the device.")
                  .formatted(flat.name()));
    }
    CompanionLines.notes(question, notes);
    return new Feasible(PlacementRules.apply(question, notes), notes);
  }

  /** What an engine has to be told to go past the context that a model was trained for. */
  private static String stretched(FitQuestion asked, int wanted, int trained) {
    double factor = Math.ceil(100.0 * wanted / trained) / 100;
    return asked.engine() instanceof Engine.Vllm
        ? "--hf-overrides with rope_parameters of factor %s, which vLLM refuses to do unasked"
            .formatted(factor)
        : "--rope-scaling yarn --rope-scale %s --yarn-orig-ctx %d".formatted(factor, trained);
  }

  /** llama.cpp refuses a cache type whose block does not divide the head size. */
  private static CacheFormat storable(
      CacheFormat format, String what, FitQuestion question, List<Supplier<String>> notes) {
    for (LayerSpec layer : question.model().layers()) {
      long row = rowOf(layer.attention(), what.equals("keys"), question.engine());
      if (!format.fitsRow(row)) {
        notes.add(
            () ->
                ("%s cannot be cached as %s: blocks of %d do not divide %d elements. Computed with"
                     + " f16; choose f16 or a type of smaller blocks.")
                    .formatted(
                        what.equals("keys") ? "Keys" : "Values",
                        format.id(),
                        format.ggml().map(ggml -> ggml.weightsPerBlock()).orElse(1),
                        row));
        return CacheFormat.F16;
      }
    }
    return format;
  }

  /** What blocks must divide: a head, or where rows are stored whole all heads together. */
  private static long rowOf(AttentionSpec attention, boolean keys, Engine engine) {
    return switch (attention) {
      case GroupedQuery full -> rowOf(full, keys, engine);
      case AttentionSpec.SlidingWindow sliding -> rowOf(sliding.heads(), keys, engine);
      case AttentionSpec.LatentAttention latent ->
          keys ? latent.latentSize() + latent.ropeSize() : 0;
      case AttentionSpec.Recurrent state -> 0;
      case AttentionSpec.None none -> 0;
    };
  }

  private static long rowOf(GroupedQuery heads, boolean keys, Engine engine) {
    long head = keys ? heads.keySize() : heads.valueSize();
    return engine instanceof Engine.Embedded ? heads.kvHeads() * head : head;
  }

  private static boolean storesValues(FitQuestion question) {
    return question.model().layers().stream()
        .map(LayerSpec::attention)
        .anyMatch(a -> a instanceof GroupedQuery || a instanceof AttentionSpec.SlidingWindow);
  }
}
