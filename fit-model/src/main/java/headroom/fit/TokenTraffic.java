package headroom.fit;

import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.FeedForward;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.units.Bytes;

/**
 * What one generated token moves through the device's memory.
 *
 * @param weights weights read: every matrix but looked-up tables, experts by the share in use
 * @param cache cached keys, values and states read at the depth
 * @param depth tokens already in the sequence's cache
 */
public record TokenTraffic(Bytes weights, Bytes cache, int depth) {
  private static final int F32_BYTES = 4;

  /** Traffic of one sequence that holds {@code depth} tokens. */
  public static TokenTraffic of(FitQuestion question, int depth) {
    ModelTraffic traffic = ModelTraffic.of(question);
    long cache = cacheBytes(traffic, question, depth);
    long states = stateBytes(traffic);
    return new TokenTraffic(
        Bytes.of(Math.round(traffic.weights().bytes())), Bytes.of(cache + states), depth);
  }

  /** Cached keys and values that one sequence of this depth reads. */
  static long cacheBytes(ModelTraffic traffic, FitQuestion question, int depth) {
    long cache = 0;
    for (int i = 0; i < traffic.mixers().size(); i++) {
      ModelTraffic.Mixers mixers = traffic.mixers().get(i);
      cache += mixers.layers() * cacheRead(mixers.attention(), question, depth);
    }
    return cache;
  }

  /** Recurrent states, read and written back. */
  static long stateBytes(ModelTraffic traffic) {
    long states = 0;
    for (int i = 0; i < traffic.mixers().size(); i++) {
      ModelTraffic.Mixers mixers = traffic.mixers().get(i);
      states += mixers.layers() * stateBytes(mixers.attention());
    }
    return states;
  }

  /** The same of one layer. */
  static long stateBytes(AttentionSpec attention) {
    return attention instanceof AttentionSpec.Recurrent state
        ? 2L * F32_BYTES * (state.convolutionElements() + state.stateElements())
        : 0;
  }

  public Bytes total() {
    return weights.plus(cache);
  }

  /** Share of a tensor that one token needs: 0 for lookups, used / all for experts, else 1. */
  static double shareRead(TensorFacts tensor, ModelSpec model) {
    return switch (tensor.role()) {
      // One row is looked up; a tied matrix is read whole as the output.
      case TOKEN_EMBEDDING -> model.tiedEmbeddings() ? 1 : 0;
      case PER_LAYER_EMBEDDING -> 0;
      case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> expertShare(tensor, model);
      default -> 1;
    };
  }

  private static double expertShare(TensorFacts tensor, ModelSpec model) {
    if (tensor.layer().isPresent() && tensor.layer().getAsInt() < model.layers().size()) {
      FeedForward own = model.layers().get(tensor.layer().getAsInt()).feedForward();
      if (own instanceof FeedForward.MixtureOfExperts experts) {
        return (double) experts.expertsActive() / experts.experts();
      }
    }
    return model
        .mixtureOfExperts()
        .map(experts -> (double) experts.expertsActive() / experts.experts())
        .orElse(1.0);
  }

  /** Bytes of one layer's cache that a token at this depth reads. */
  static long cacheRead(AttentionSpec attention, FitQuestion question, int depth) {
    int kept = Math.min(depth, question.cacheWindow().orElse(Integer.MAX_VALUE));
    return switch (attention) {
      case GroupedQuery full -> row(full, question) * sparse(kept, question);
      case AttentionSpec.SlidingWindow sliding ->
          row(sliding.heads(), question) * Math.min(kept, sliding.window())
              + (sliding.compression().isEmpty()
                  ? 0L
                  : entriesRead(sliding, sliding.compression().get(), question, kept));
      case AttentionSpec.LatentAttention latent -> latentRead(latent, question, kept);
      case AttentionSpec.Recurrent state -> 0L;
      case AttentionSpec.None none -> 0L;
    };
  }

  /** Entries of several tokens each; with an indexer its keys and the chosen entries alone. */
  private static long entriesRead(
      AttentionSpec.SlidingWindow attention,
      AttentionSpec.Compression compression,
      FitQuestion question,
      int kept) {
    long entries = Math.ceilDiv(kept, compression.ratio());
    long row = row(attention.heads(), question);
    if (compression.indexer().isEmpty()) {
      return row * entries;
    }
    AttentionSpec.Indexer indexer = compression.indexer().get();
    return row * Math.min(entries, indexer.topK())
        + question.keyFormat().rowBytes(indexer.headSize()).value() * entries;
  }

  private static int sparse(int kept, FitQuestion question) {
    return question.techniques().sparseRead().isPresent()
        ? question.techniques().sparseRead().get().read(kept)
        : kept;
  }

  private static long row(GroupedQuery attention, FitQuestion question) {
    long keys = (long) attention.kvHeads() * attention.keySize();
    long values = (long) attention.kvHeads() * attention.valueSize();
    return question.keyFormat().rowBytes(keys).value()
        + question.valueFormat().rowBytes(values).value();
  }

  /** With an indexer every token's small key is read, but only the chosen tokens' latents. */
  private static long latentRead(
      AttentionSpec.LatentAttention latent, FitQuestion question, int kept) {
    long row =
        question.keyFormat().rowBytes((long) latent.latentSize() + latent.ropeSize()).value();
    if (latent.indexer().isEmpty()) {
      return row * kept;
    }
    AttentionSpec.Indexer indexer = latent.indexer().get();
    return row * Math.min(kept, indexer.topK())
        + question.keyFormat().rowBytes(indexer.headSize()).value() * kept;
  }
}
