package headroom.fit;

import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.quant.WeightFormat;
import java.util.Optional;

/**
 * What is loaded beside the model because someone asks for it.
 *
 * @param projector what reads images ({@code --mmproj})
 * @param draft a small model that drafts for it ({@code --model-draft})
 * @param predictionHead true where the model's own layer for multi-token prediction drafts ({@code
 *     --spec-type draft-mtp})
 * @param keyFormat storage of the keys of whatever drafts ({@code --cache-type-k-draft})
 * @param valueFormat storage of its values
 */
public record Companions(
    Optional<Projector> projector,
    Optional<DraftModel> draft,
    boolean predictionHead,
    CacheFormat keyFormat,
    CacheFormat valueFormat) {
  /** Nothing; drafts would cache 16 bits, as {@code common_params_speculative_draft} has it. */
  public static final Companions NONE =
      new Companions(Optional.empty(), Optional.empty(), false, CacheFormat.F16, CacheFormat.F16);

  /**
   * A model that drafts.
   *
   * @param model what it is
   * @param weights how its weights are stored
   */
  public record DraftModel(ModelSpec model, WeightFormat weights) {}

  /** The same with what reads images. */
  public Companions withProjector(Projector other) {
    return new Companions(Optional.of(other), draft, predictionHead, keyFormat, valueFormat);
  }

  /** The same with a model that drafts. */
  public Companions withDraft(ModelSpec model, WeightFormat weights) {
    return new Companions(
        projector,
        Optional.of(new DraftModel(model, weights)),
        predictionHead,
        keyFormat,
        valueFormat);
  }

  /** The same with the model's own layer for multi-token prediction. */
  public Companions withPredictionHead() {
    return new Companions(projector, draft, true, keyFormat, valueFormat);
  }

  /** The same with another storage of what drafts cache. */
  public Companions withCache(CacheFormat keys, CacheFormat values) {
    return new Companions(projector, draft, predictionHead, keys, values);
  }

  /** One of several equal parts of each. */
  Companions part(int cards) {
    return new Companions(
        projector.map(whole -> whole.part(cards)),
        draft.map(one -> new DraftModel(Sharding.part(one.model(), cards), one.weights())),
        predictionHead,
        keyFormat,
        valueFormat);
  }

  /** The same without what reads images, which one card has whole. */
  Companions withoutProjector() {
    return new Companions(Optional.empty(), draft, predictionHead, keyFormat, valueFormat);
  }
}
