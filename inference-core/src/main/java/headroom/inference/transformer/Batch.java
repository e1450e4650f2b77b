package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import headroom.inference.kvcache.KvRows;
import headroom.inference.kvcache.PathRows;
import org.jspecify.annotations.Nullable;

/** What the parts of a forward pass share: its tools, and which tokens go through now. */
final class Batch {
  /** Tokens of elementwise work that are worth a thread's while. */
  private static final int TOKENS_PER_PART = 8;

  final Kernels kernels;
  final Threads threads;
  final Buffers buffers;
  final Products products;
  final Rotations rotations;
  final OperationTimes times = new OperationTimes();
  private final Threads.Task normalising = this::normalise;
  private final Threads.Task adding = this::add;

  // What the tasks above work on: set before, read by all threads.
  private @Nullable Norm norm;
  private float[] from = {};
  private float[] into = {};
  private float factor;
  private int size;

  /** Tokens of this batch, those of one sequence side by side. */
  int tokens;

  /** [tokens] the cache of each. */
  KvCache[] caches = {};

  /** [tokens] the place of each within its cache. */
  int[] cells = {};

  /** [tokens] the cell that each is written to: another than its place in a tree of tokens. */
  int[] slots = {};

  /** [tokens] what each sees of its tree; null where it is in none. */
  @Nullable Path[] paths = {};

  /** [tokens] where each stands in its text, as rotations count. */
  int[] positions = {};

  Batch(Transformer model, int contextLength) {
    this.kernels = model.kernels();
    this.threads = model.threads();
    Weights weights = model.weights();
    this.buffers = new Buffers(model.spec(), weights);
    this.products = new Products(kernels, threads, weights.output().matrix());
    this.rotations = new Rotations(kernels, weights.ropes(), contextLength);
  }

  /** Begins a batch of at most {@code most} tokens. */
  void start(int most) {
    buffers.ensure(most);
    if (caches.length < most) {
      caches = new KvCache[most];
      cells = new int[most];
      positions = new int[most];
      slots = new int[most];
      paths = new Path[most];
    }
    tokens = 0;
  }

  /** Adds tokens of one sequence, making room for them in its cache. */
  void add(KvCache cache, int count) {
    cache.makeRoomFor(count);
    for (int i = 0; i < count; i++, tokens++) {
      caches[tokens] = cache;
      cells[tokens] = cache.length() + i;
      positions[tokens] = cache.position() + i;
      slots[tokens] = cells[tokens];
      paths[tokens] = null;
    }
  }

  /**
   * The cells of a token's ancestors in a tree, and of those that go on from it in a line.
   *
   * @param prefix cells before the tree
   * @param slots where the cells from there on lie
   */
  record Path(int prefix, int[] slots) {}

  /** Adds a tree of tokens that goes on from a sequence. */
  void add(KvCache cache, TokenTree tree) {
    cache.makeRoomFor(tree.size());
    int prefix = cache.length();
    Path path = null;
    for (int node = 0; node < tree.size(); node++, tokens++) {
      if (path == null || tree.parent(node) != node - 1) {
        path = new Path(prefix, tree.line(node, prefix));
      }
      caches[tokens] = cache;
      cells[tokens] = prefix + tree.depth(node);
      positions[tokens] = cache.position() + tree.depth(node);
      slots[tokens] = prefix + node;
      paths[tokens] = path;
    }
  }

  /** What a token sees of a layer's rows: all, or those on its own path through a tree. */
  KvRows seen(KvRows rows, int token) {
    Path path = paths[token];
    return path == null ? rows : new PathRows(rows, path.prefix(), path.slots());
  }

  /** out[t] = norm(x[t]) for every token. */
  void normalise(Norm by, float[] x, float[] out) {
    norm = by;
    from = x;
    into = out;
    threads.run(normalising, parts());
  }

  /** Parts of what is done to each token by itself. */
  int parts() {
    return Math.ceilDiv(tokens, TOKENS_PER_PART);
  }

  /** The first token of such a part, and behind the last part the number of all. */
  int firstToken(int part) {
    return Math.min(tokens, part * TOKENS_PER_PART);
  }

  private void normalise(int part, int parts, Lane lane) {
    Norm now = norm;
    if (now == null) {
      return;
    }
    int elements = now.size();
    for (int t = firstToken(part); t < firstToken(part + 1); t++) {
      now.apply(kernels, from, t * elements, into, t * elements);
    }
  }

  /** x[t] += scale * delta[t] for every token, of so many elements. */
  void addScaled(float[] x, float scale, float[] delta, int elements) {
    into = x;
    factor = scale;
    from = delta;
    size = elements;
    threads.run(adding, parts());
  }

  private void add(int part, int parts, Lane lane) {
    int first = firstToken(part) * size;
    kernels.addScaled(into, first, factor, from, first, firstToken(part + 1) * size - first);
  }
}
