package headroom.inference.decode;

import headroom.inference.kvcache.CacheFormatException;
import headroom.inference.kvcache.KvCache;
import headroom.inference.transformer.ForwardPass;
import headroom.inference.transformer.OperationTimes;
import headroom.inference.transformer.TokenTree;
import headroom.inference.transformer.Transformer;
import headroom.kv.CacheScheme;
import headroom.kv.KvCacheSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** One sequence of tokens and what a model remembers of it; for one thread at a time. */
public final class Session implements AutoCloseable {
  /** Tokens of a prompt that go through the network together, llama.cpp's default ubatch. */
  public static final int BATCH = KvCache.BATCH;

  private final Transformer model;
  private final KvCache cache;
  private final ForwardPass pass;
  private int[] history = {}; // the tokens seen, and room for more
  private boolean closed;

  /**
   * @param model shared with other sessions
   * @param spec formats and length of the cache; one sequence
   */
  public Session(Transformer model, KvCacheSpec spec) {
    this.model = model;
    this.cache = model.newCache(spec);
    this.pass = new ForwardPass(model, cache.positions());
    pass.prepare(cache);
  }

  /** Tokens remembered. */
  public int position() {
    return cache.length();
  }

  /** Tokens that still fit the cache. */
  public int room() {
    return cache.room();
  }

  /**
   * Appends tokens and returns the logits [vocabulary] that follow the last, in a fresh array.
   *
   * @throws IllegalArgumentException where there are none or one is not in the vocabulary
   * @throws IllegalStateException where they do not fit the cache
   */
  public float[] forward(int... tokens) {
    check(tokens);
    int batch = cache.batch();
    for (int done = 0; done < tokens.length; done += batch) {
      pass.run(tokens, done, Math.min(batch, tokens.length - done), cache);
    }
    remember(tokens);
    float[] logits = new float[model.spec().vocabularySize()];
    pass.logits((tokens.length - 1) % batch, logits);
    return logits;
  }

  /**
   * Appends tokens and returns the logits [tokens][vocabulary] that follow each; {@link #truncate}
   * can go back to any of them.
   *
   * @throws IllegalArgumentException where there are none or one is not in the vocabulary
   * @throws IllegalStateException where they do not fit the cache
   */
  public float[][] forwardEach(int... tokens) {
    check(tokens);
    cache.mark();
    float[][] logits = new float[tokens.length][];
    int batch = cache.batch();
    for (int done = 0; done < tokens.length; done += batch) {
      int count = Math.min(batch, tokens.length - done);
      pass.run(tokens, done, count, cache);
      float[][] rows = pass.logits(IntStream.range(0, count).toArray());
      System.arraycopy(rows, 0, logits, done, count);
    }
    remember(tokens);
    return logits;
  }

  /**
   * Sends a tree of tokens through the network and returns the logits [nodes][vocabulary] that
   * follow each; {@link #keep} says afterwards which stay.
   *
   * @throws headroom.inference.kvcache.CacheFormatException where the cache rounds or evicts
   */
  float[][] forward(TokenTree tree) {
    int[] tokens = tree.tokens();
    check(tokens);
    if (!cache.takesTrees()) {
      throw new CacheFormatException(
          cache.spec().scheme() instanceof CacheScheme.Whole
              ? "a recurrent state follows one line of tokens, no tree; guess without branches"
              : "a cache that rounds or evicts old tokens takes no tree of tokens; use f16 or"
                  + " q8_0");
    }
    if (tokens.length > BATCH) {
      throw new IllegalArgumentException(
          "found a tree of %d tokens; wanted at most %d".formatted(tokens.length, BATCH));
    }
    pass.run(tree, cache);
    remember(tokens);
    return pass.logits(IntStream.range(0, tokens.length).toArray());
  }

  /**
   * Of the tree just sent, keeps the nodes of one line from the root.
   *
   * @param nodes rising
   */
  void keep(TokenTree tree, int[] nodes) {
    int first = cache.seen() - tree.size();
    int[] tokens = tree.tokens();
    for (int i = 0; i < nodes.length; i++) {
      history[first + i] = tokens[nodes[i]];
    }
    cache.keep(first, IntStream.of(nodes).map(node -> first + node).toArray());
  }

  /** Keeps the tokens that the cache has just been given. */
  void remember(int[] tokens) {
    int before = cache.seen() - tokens.length;
    if (history.length < cache.seen()) {
      history = Arrays.copyOf(history, Math.max(cache.seen(), history.length * 2));
    }
    System.arraycopy(tokens, 0, history, before, tokens.length);
  }

  /** The tokens that it was given and has not been made to forget, those that were evicted too. */
  public int[] tokens() {
    return Arrays.copyOf(history, cache.seen());
  }

  /**
   * Goes back to what a text has in common with the tokens so far, all but its last token at most,
   * so that the next call of {@link #forward} needs the rest alone.
   *
   * @param text tokens of the whole text that is to come
   * @return tokens of the text that need not be computed again
   */
  public int reuse(int[] text) {
    int common = 0;
    int most = Math.min(cache.seen(), text.length - 1);
    while (common < most && text[common] == history[common]) {
      common++;
    }
    if (cache.seen() != cache.length() || !reaches(common)) {
      common = 0;
    }
    truncate(common);
    return common;
  }

  /**
   * Takes over the first {@code tokens} tokens of another session of this model, instead of
   * computing them again.
   *
   * @throws IllegalArgumentException where the other has not so many, or stores them otherwise
   * @throws headroom.inference.kvcache.CacheFormatException where its cache rounds or evicts
   */
  public void share(Session other, int tokens) {
    if (!other.spec().equals(spec())) {
      throw new IllegalArgumentException(
          "the other session's cache is %s; wanted the same, %s".formatted(other.spec(), spec()));
    }
    if (tokens < 0 || tokens > other.position()) {
      throw new IllegalArgumentException(
          "cannot share %d tokens; the other session has %d".formatted(tokens, other.position()));
    }
    List<MemorySegment> from = other.cache.stored();
    List<MemorySegment> to = restore(other.tokens(), other.cache.furthest());
    for (int i = 0; i < from.size(); i++) {
      to.get(i).copyFrom(from.get(i));
    }
    truncate(tokens);
  }

  /** Formats and length of the cache. */
  public KvCacheSpec spec() {
    return cache.spec();
  }

  boolean isOf(Transformer other) {
    return model == other;
  }

  KvCache cache() {
    return cache;
  }

  /** Takes over what was saved of a session of this model; the caller fills the memory. */
  List<MemorySegment> restore(int[] tokens, int written) {
    List<MemorySegment> memory = cache.restore(tokens.length, written);
    history = tokens.clone();
    return memory;
  }

  void check(int[] tokens) {
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
   * Remembers the states of recurrent layers, which cannot be computed backwards, so that {@link
   * #truncate} can come back to this place and to those after it; the last one counts.
   */
  public void mark() {
    cache.mark();
  }

  /**
   * True where {@link #truncate} can go back to this length: not where the cache has evicted or
   * overwritten what tokens there would see, nor where a recurrent state is wanted from before the
   * last {@link #mark}.
   */
  public boolean reaches(int length) {
    return cache.reaches(length) || start(length).isPresent();
  }

  /** From where on tokens must be run again to come to this length. */
  private OptionalInt start(int length) {
    OptionalInt marked = cache.marked();
    return marked.isPresent()
            && marked.getAsInt() <= length
            && length <= cache.length()
            && cache.reaches(marked.getAsInt())
        ? marked
        : OptionalInt.empty();
  }

  /**
   * Forgets every token from {@code length} on; where layers are recurrent, those between the last
   * {@link #mark} and there go through the network once more.
   *
   * @throws IllegalArgumentException where it is negative or above {@link #position()}
   * @throws IllegalStateException where it is not {@link #reaches reached}
   */
  public void truncate(int length) {
    OptionalInt from = cache.reaches(length) ? OptionalInt.empty() : start(length);
    if (from.isEmpty()) {
      cache.truncate(length);
      return;
    }
    cache.truncate(from.getAsInt());
    int batch = cache.batch();
    for (int done = from.getAsInt(); done < length; done += batch) {
      pass.run(history, done, Math.min(batch, length - done), cache);
    }
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
