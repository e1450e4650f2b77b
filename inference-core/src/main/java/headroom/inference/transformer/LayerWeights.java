package headroom.inference.transformer;

import org.jspecify.annotations.Nullable;

/**
 * One layer: a half that lets tokens see each other, and a half that works on each alone.
 *
 * @param mixing attention of some kind
 * @param network dense or a mixture of experts
 * @param parallel true where the network reads what attention reads, not its result; without a norm
 *     of its own it reads the same norm's (GPT-J, PaLM: arXiv 2204.02311)
 * @param around what is done before and after both
 */
public record LayerWeights(
    Half<TokenMixer> mixing, Half<FeedForward> network, boolean parallel, Around around) {

  /**
   * What one half does, and the norms before and behind it.
   *
   * @param before of what it reads; null where it reads the residual stream itself (OLMo 2)
   * @param work what it does
   * @param after of its result, before that is added to the residual stream (Gemma 2); null where
   *     it is added as it is
   */
  public record Half<W>(@Nullable Norm before, W work, @Nullable Norm after) {
    /** A half that reads what was normed. */
    public static <W> Half<W> normedFirst(@Nullable Norm norm, W work) {
      return new Half<>(norm, work, null);
    }

    /** A half whose result is normed, and nothing else. */
    public static <W> Half<W> normedLast(Norm norm, W work) {
      return new Half<>(null, work, norm);
    }
  }

  /**
   * What Gemma 3n and 4 do around both halves.
   *
   * @param perLayer what the layer adds of its own embedding in the end; null where it has none
   * @param outputScale what the residual stream is multiplied by in the end, 1 for most
   * @param altUp how several residual streams become one and part again; null where there is one
   */
  public record Around(
      PerLayerEmbedding.@Nullable Layer perLayer, float outputScale, AltUp.@Nullable Layer altUp) {
    /** Nothing. */
    public static final Around NOTHING = new Around(null, 1, null);
  }

  /** One half after the other. */
  public static LayerWeights of(Half<TokenMixer> mixing, Half<FeedForward> network) {
    return new LayerWeights(mixing, network, false, Around.NOTHING);
  }

  /** One half after the other, each after a norm. */
  public static LayerWeights of(
      Norm mixerNorm, TokenMixer mixer, Norm networkNorm, FeedForward network) {
    return of(Half.normedFirst(mixerNorm, mixer), Half.normedFirst(networkNorm, network));
  }

  /** A mixer alone. */
  public static LayerWeights mixer(Norm norm, TokenMixer mixer) {
    return of(Half.normedFirst(norm, mixer), Half.normedFirst(null, new FeedForward.None()));
  }

  /** A network alone. */
  public static LayerWeights network(Norm norm, FeedForward network) {
    return of(Half.normedFirst(null, new TokenMixer.None()), Half.normedFirst(norm, network));
  }

  /**
   * Both halves at once.
   *
   * @param networkNorm null where both read the same norm's
   */
  public static LayerWeights parallel(
      Norm norm, TokenMixer mixer, @Nullable Norm networkNorm, FeedForward network) {
    return new LayerWeights(
        Half.normedFirst(norm, mixer),
        Half.normedFirst(networkNorm, network),
        true,
        Around.NOTHING);
  }

  /** This layer with something around it. */
  public LayerWeights within(Around other) {
    return new LayerWeights(mixing, network, parallel, other);
  }

  TokenMixer mixer() {
    return mixing.work();
  }

  FeedForward feedForward() {
    return network.work();
  }
}
