package headroom.catalogue;

import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one model file says.
 *
 * @param id the file name
 * @param name as its makers write it
 * @param family the generation it belongs to
 * @param vendor its makers
 * @param hfRepo its repository on Hugging Face
 * @param releaseDate where a source was found
 * @param releaseDateSources which sources, with the date each gives
 * @param licence where a source was found
 * @param licenceSource which one
 * @param multimodal true where it also reads images or sound; those parts are not counted
 * @param nativeWeightFormat how its makers publish the weights
 * @param maxContextTokens tokens it was trained for, where known
 * @param ropeTheta base of its rotary embedding, where known
 * @param notes what a reader should know
 * @param uncertain facts that were not checked
 * @param conflicts facts on which sources differ
 * @param sources where the figures come from, at least one
 * @param independentConfigSources how many independent copies of its configuration agree
 * @param parameters counts, computed and published
 * @param architecture sizes of the whole
 * @param attention absent where no layer has attention
 * @param cache what is published about its cache
 * @param feedForward absent where every feed-forward layer has experts
 * @param moe mixture of experts
 * @param recurrent recurrent token mixer
 * @param perLayerEmbeddings of Gemma 3n and 4
 * @param vision what reads images, where its shape is known
 * @param quality published benchmark scores
 */
public record CatalogueModel(
    String id,
    String name,
    String family,
    String vendor,
    String hfRepo,
    Optional<LocalDate> releaseDate,
    List<String> releaseDateSources,
    Optional<String> licence,
    Optional<String> licenceSource,
    boolean multimodal,
    String nativeWeightFormat,
    OptionalInt maxContextTokens,
    OptionalDouble ropeTheta,
    Optional<String> notes,
    List<String> uncertain,
    List<String> conflicts,
    List<String> sources,
    int independentConfigSources,
    Parameters parameters,
    Shape.Architecture architecture,
    Optional<Shape.Attention> attention,
    Optional<Shape.Cache> cache,
    Optional<Shape.DenseFeedForward> feedForward,
    Optional<Shape.Experts> moe,
    Optional<Mixer> recurrent,
    Optional<Shape.PerLayerEmbeddings> perLayerEmbeddings,
    Optional<Shape.Vision> vision,
    List<QualityScore> quality) {

  public CatalogueModel {
    Range.text("name", name);
    Range.text("family", family);
    Range.text("vendor", vendor);
    Range.text("hf_repo", hfRepo);
    Range.text("native_weight_format", nativeWeightFormat);
    Range.positive("max_context_tokens", maxContextTokens);
    Range.positive("rope_theta", ropeTheta);
    Range.atLeast("independent_config_sources", 0, independentConfigSources);
    Range.present("parameters", parameters);
    Range.present("architecture", architecture);
    if (licence.isPresent() && licenceSource.isEmpty()) {
      throw new IllegalArgumentException("licence has no licence_source; wanted one");
    }
    int layers = architecture.layers();
    attention
        .flatMap(Shape.Attention::layerIndices)
        .ifPresent(indices -> Range.indices("attention.layer_indices", layers, indices));
    attention
        .flatMap(Shape.Attention::slidingWindow)
        .ifPresent(
            window ->
                Range.indices(
                    "attention.sliding_window.global_layer_indices",
                    layers,
                    window.globalLayerIndices()));
    moe.flatMap(Shape.Experts::layerIndices)
        .ifPresent(indices -> Range.indices("moe.layer_indices", layers, indices));
    if (attention.isEmpty() && recurrent.isEmpty()) {
      throw new IllegalArgumentException(
          "neither [attention] nor [recurrent] is there; wanted at least one");
    }
    releaseDateSources = List.copyOf(releaseDateSources);
    uncertain = List.copyOf(uncertain);
    conflicts = List.copyOf(conflicts);
    sources = List.copyOf(sources);
    Range.sources(sources);
    quality = List.copyOf(quality);
  }

  /**
   * Counts of weights. Those of the text decoder leave out vision, audio and multi-token
   * prediction.
   *
   * @param textDecoder computed from the sizes above
   * @param checkpoint elements in the published checkpoint, where known
   * @param checkpointIsRounded true where the published count is rounded
   * @param stated by its makers, where known
   * @param statedSource where they state it
   * @param active weights that one token uses, without the token embedding where it is only looked
   *     up; for mixtures of experts
   * @param activeStated by its makers, where known
   * @param check how the computed count compares with published ones
   * @param differenceFromCheckpointPercent of the computed count
   * @param differenceFromStatedPercent of the computed count
   * @param matchingRepositories repositories whose count is exactly the computed one
   * @param explanation of a difference
   * @param formulaNote what the computed count leaves out or puts in
   */
  public record Parameters(
      long textDecoder,
      OptionalLong checkpoint,
      Optional<Boolean> checkpointIsRounded,
      OptionalLong stated,
      Optional<String> statedSource,
      OptionalLong active,
      OptionalLong activeStated,
      String check,
      OptionalDouble differenceFromCheckpointPercent,
      OptionalDouble differenceFromStatedPercent,
      List<String> matchingRepositories,
      Optional<String> explanation,
      Optional<String> formulaNote) {
    public Parameters {
      Range.atLeast("parameters.text_decoder", 1, textDecoder);
      Range.positive("parameters.checkpoint", checkpoint);
      Range.positive("parameters.stated", stated);
      Range.positive("parameters.active", active);
      Range.positive("parameters.active_stated", activeStated);
      Range.text("parameters.check", check);
      matchingRepositories = List.copyOf(matchingRepositories);
    }
  }

  /**
   * A published benchmark score.
   *
   * @param benchmark for example {@code MMLU-Pro}
   * @param score percent
   * @param variant {@code base} or {@code instruct}
   * @param mode {@code thinking}, {@code non-thinking} or {@code cot}, where said
   * @param source who published it
   */
  public record QualityScore(
      String benchmark, double score, String variant, Optional<String> mode, String source) {
    public QualityScore {
      Range.text("quality.benchmark", benchmark);
      Range.between("quality.score", 0, 100, score);
      Range.text("quality.variant", variant);
      Range.text("quality.source", source);
    }
  }

  /** The layers and tensors that memory and speed follow from, built anew on each call. */
  public ModelSpec spec() {
    return SpecBuilder.build(this);
  }

  /**
   * The mix that its GGUF files usually come in: Q4_K_M, but the makers' own MXFP4 where they
   * publish nothing wider.
   */
  public GgufMix usualMix() {
    return nativeWeightFormat.startsWith("mxfp4") ? GgufMix.MXFP4_MOE : GgufMix.Q4_K_M;
  }
}
