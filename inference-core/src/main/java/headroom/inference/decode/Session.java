package headroom.inference.decode;

import headroom.inference.kvcache.KvCache;
import headroom.inference.transformer.ForwardPass;
import headroom.inference.transformer.OperationTimes;
import headroom.inference.transformer.Transformer;
import headroom.kv.KvCacheSpec;

/** One sequence of tokens and what a model remembers of it; for one thread at a time. */
public final class Session implements AutoCloseable {
  /** Tokens of a prompt that go through the network together, llama.cpp's default ubatch. */
  public static final int BATCH = KvCache.BATCH;

  private final Transformer model;
  private final KvCache cache;
  private final ForwardPass pass;
  private boolean closed;

  /**
   * @param model shared with other sessions
   * @param spec formats and length of the cache; one sequence
   */
  public Session(Transformer model, KvCacheSpec spec) {
    this.model = model;
    this.cache = model.newCache(spec);
    this.pass = new ForwardPass(model, cache);
  }

  /** Tokens remembered. */
  public int position() {
    return cache.length();
  }

  /** Tokens that still fit the cache. */
  public int room() {
    return cache.capacity() - cache.length();
  }

  /**
   * Appends tokens and returns the logits [vocabulary] that follow the last, in a fresh array.
   *
   * @throws IllegalArgumentException where there are none or one is not in the vocabulary
   * @throws IllegalStateException where they do not fit the cache
   */
  public float[] forward(int... tokens) {
    check(tokens);
    for (int done = 0; done < tokens.length; done += BATCH) {
      pass.run(tokens, done, Math.min(BATCH, tokens.length - done));
    }
    float[] logits = new float[model.spec().vocabularySize()];
    pass.logits((tokens.length - 1) % BATCH, logits);
    return logits;
  }

  /**
   * Appends tokens and returns the logits [tokens][vocabulary] that follow each.
   *
   * @throws IllegalArgumentException where there are none or one is not in the vocabulary
   * @throws IllegalStateException where they do not fit the cache
   */
  public float[][] forwardEach(int... tokens) {
    check(tokens);
    float[][] logits = new float[tokens.length][model.spec().vocabularySize()];
    for (int done = 0; done < tokens.length; done += BATCH) {
      int count = Math.min(BATCH, tokens.length - done);
      pass.run(tokens, done, count);
      int together = Math.min(ForwardPass.LOGITS_TOGETHER, count);
      float[] some = new float[together * model.spec().vocabularySize()];
      for (int i = 0; i < count; i += together) {
        int now = Math.min(together, count - i);
        pass.logits(i, now, some);
        for (int t = 0; t < now; t++) {
          int length = logits[done + i + t].length;
          System.arraycopy(some, t * length, logits[done + i + t], 0, length);
        }
      }
    }
    return logits;
  }

  private void check(int[] tokens) {
    if (closed) {
      throw new IllegalStateException("the session is closed; open another");
    }
    if (tokens.length == 0) {
      throw new IllegalArgumentException("found no tokens; wanted at least 1");
    }
    int vocabulary = model.spec().vocabularySize();
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token %d of %d is %d; wanted 0 to %d"
                .formatted(i, tokens.length, tokens[i], vocabulary - 1));
      }
    }
    cache.requireRoomFor(tokens.length);
  }

  /**
   * Forgets every token from {@code length} on.
   *
   * @throws IllegalArgumentException where it is negative or above {@link #position()}
   */
  public void truncate(int length) {
    cache.truncate(length);
  }

  /** Where the time of this session's passes went. */
  public OperationTimes times() {
    return pass.times();
  }

  /** Bytes of the cache, used or not. */
  public long cacheBytes() {
    return cache.bytes();
  }

  /** Bytes of activations, grown to the largest batch yet. */
  public long activationBytes() {
    return pass.bytes();
  }

  /** Frees the cache; the model stays open. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cache.close();
    }
  }
}
