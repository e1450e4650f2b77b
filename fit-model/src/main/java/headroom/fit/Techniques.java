package headroom.fit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What papers change in an answer that formats, windows and drafts do not say.
 *
 * @param allocation how room in the cache is set aside
 * @param sharedPrefix tokens at the start that all sequences have in common: stored once and, where
 *     a prompt begins with them, not computed again
 * @param sparseRead which cached tokens one generated token reads, where not all
 * @param feedForwardShare share of the feed-forward weights that one token reads, where activations
 *     are sparse
 * @param extraWeights weights beside the model's own: draft heads and layers
 * @param training what fine-tuning keeps beside the weights, where that is asked for instead of
 *     inference
 * @param outside weights that are not kept in the device's memory
 * @param cacheSources papers whose schemes decide what the cache holds, beside its formats' own
 * @param notes in whole sentences, what stands against a technique here
 */
public record Techniques(
    CacheAllocation allocation,
    OptionalInt sharedPrefix,
    Optional<SparseRead> sparseRead,
    OptionalDouble feedForwardShare,
    List<ExtraWeights> extraWeights,
    Optional<Training> training,
    Optional<Outside> outside,
    List<String> cacheSources,
    List<String> notes) {

  /** Nothing changed. */
  public static final Techniques NONE =
      new Techniques(
          new CacheAllocation.Shared(),
          OptionalInt.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  public Techniques {
    extraWeights = List.copyOf(extraWeights);
    cacheSources = List.copyOf(cacheSources);
    notes = List.copyOf(notes);
    if (sharedPrefix.isPresent() && sharedPrefix.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "shared prefix is " + sharedPrefix.getAsInt() + " tokens; wanted at least 1");
    }
    if (feedForwardShare.isPresent()
        && (!(feedForwardShare.getAsDouble() > 0) || feedForwardShare.getAsDouble() > 1)) {
      throw new IllegalArgumentException(
          "feed-forward share is "
              + feedForwardShare.getAsDouble()
              + "; wanted above 0, at most 1");
    }
  }

  /**
   * Attention that reads a fixed number of tokens and summaries of the rest.
   *
   * @param tokens read whatever the depth
   * @param stride tokens that one summary stands for; summaries are stored beside the cache and all
   *     of them are read; empty where there are none
   */
  public record SparseRead(int tokens, OptionalInt stride) {
    public SparseRead {
      if (tokens < 1) {
        throw new IllegalArgumentException(
            "sparse read is " + tokens + " tokens; wanted at least 1");
      }
      if (stride.isPresent() && stride.getAsInt() < 1) {
        throw new IllegalArgumentException(
            "stride is " + stride.getAsInt() + " tokens; wanted at least 1");
      }
    }

    /** Tokens' worth of cache read where {@code kept} are cached. */
    public int read(int kept) {
      return Math.min(kept, tokens + summaries(kept));
    }

    /** Summaries of this many tokens; 0 where there are none. */
    public int summaries(int kept) {
      return stride.isPresent() ? kept / stride.getAsInt() : 0;
    }
  }

  /**
   * Weights beside the model's own.
   *
   * @param what for people: {@code Medusa heads}
   * @param parameters how many
   * @param bitsPerWeight of each
   * @param formula how the parameters are counted
   * @param source the paper
   */
  public record ExtraWeights(
      String what, long parameters, double bitsPerWeight, String formula, String source) {}

  /**
   * Fine-tuning of adapters on frozen weights.
   *
   * @param adapterShare trained parameters over the model's own, for example 0.002
   * @param source the paper
   */
  public record Training(double adapterShare, String source) {
    public Training {
      if (!(adapterShare > 0) || adapterShare > 1) {
        throw new IllegalArgumentException(
            "adapter share is " + adapterShare + "; wanted above 0, at most 1");
      }
    }
  }

  /**
   * Weights of layers that are not kept in the device's memory.
   *
   * @param residentDense share of attention and all else of a layer that is kept there, 0 to 1
   * @param residentFeedForward share of the feed-forward weights that is kept there, 0 to 1
   * @param where the rest lies and what is done with it
   * @param source the paper
   */
  public record Outside(
      double residentDense, double residentFeedForward, Rest where, String source) {
    public Outside {
      if (!(residentDense >= 0)
          || residentDense > 1
          || !(residentFeedForward >= 0)
          || residentFeedForward > 1) {
        throw new IllegalArgumentException(
            "resident shares are %s and %s; wanted 0 to 1"
                .formatted(residentDense, residentFeedForward));
      }
    }
  }

  /** Where weights lie that are not in the device's memory. */
  public enum Rest {
    /** In the host's memory, copied to the device for every step. */
    STREAMED,
    /** In the host's memory, computed with by the host. */
    COMPUTED_BY_HOST,
    /** In flash storage, read when needed. */
    FLASH
  }

  /** The same with weights outside the device's memory. */
  public Techniques withOutside(Outside other) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        extraWeights,
        training,
        Optional.of(other),
        cacheSources,
        notes);
  }

  /** The same with another allocation of the cache. */
  public Techniques withAllocation(CacheAllocation other) {
    return new Techniques(
        other,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        extraWeights,
        training,
        outside,
        cacheSources,
        notes);
  }

  /** The same with this many tokens at the start in common. */
  public Techniques withSharedPrefix(int tokens) {
    return new Techniques(
        allocation,
        OptionalInt.of(tokens),
        sparseRead,
        feedForwardShare,
        extraWeights,
        training,
        outside,
        cacheSources,
        notes);
  }

  /** The same with attention that reads some cached tokens only. */
  public Techniques withSparseRead(SparseRead read) {
    return new Techniques(
        allocation,
        sharedPrefix,
        Optional.of(read),
        feedForwardShare,
        extraWeights,
        training,
        outside,
        cacheSources,
        notes);
  }

  /** The same with only this share of the feed-forward weights read per token. */
  public Techniques withFeedForwardShare(double share) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        OptionalDouble.of(share),
        extraWeights,
        training,
        outside,
        cacheSources,
        notes);
  }

  /** The same with more weights. */
  public Techniques withExtraWeights(ExtraWeights more) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        Stream.concat(extraWeights.stream(), Stream.of(more)).toList(),
        training,
        outside,
        cacheSources,
        notes);
  }

  /** The same for fine-tuning. */
  public Techniques withTraining(Training how) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        extraWeights,
        Optional.of(how),
        outside,
        cacheSources,
        notes);
  }

  /** The same with one more sentence. */
  public Techniques withNote(String note) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        extraWeights,
        training,
        outside,
        cacheSources,
        Stream.concat(notes.stream(), Stream.of(note)).distinct().toList());
  }

  /** The same with one more paper behind what the cache holds. */
  public Techniques withCacheSource(String source) {
    return new Techniques(
        allocation,
        sharedPrefix,
        sparseRead,
        feedForwardShare,
        extraWeights,
        training,
        outside,
        Stream.concat(cacheSources.stream(), Stream.of(source)).distinct().toList(),
        notes);
  }
}
