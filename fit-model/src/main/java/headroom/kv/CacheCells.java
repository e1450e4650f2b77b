package headroom.kv;

import java.util.function.Supplier;

/**
 * How many tokens' worth of room llama.cpp sets aside for one layer's keys and values.
 *
 * <p>From <a
 * href="https://github.com/ggml-org/llama.cpp/blob/1dab5f5a443a7b972005c56fb92eca2b07d57fea/src/llama-kv-cache-iswa.cpp">llama-kv-cache-iswa.cpp</a>
 * ({@code size_base}, {@code size_swa}) with a cache that all sequences share.
 *
 * @param cells cells after padding
 * @param formulaText writes how they came about, with the numbers put in
 */
public record CacheCells(long cells, Supplier<String> formulaText) {
  /** llama.cpp pads the context and the window cache to this many cells. */
  public static final int PADDING = 256;

  /** How they came about, with the numbers put in. */
  public String formula() {
    return formulaText.get();
  }

  /** Cells of a layer that attends to everything. */
  public static CacheCells full(int contextLength) {
    return padded(contextLength, () -> "" + contextLength);
  }

  /** Cells of a layer that attends to {@code window} tokens. */
  public static CacheCells sliding(int window, int contextLength, int sequences, int microBatch) {
    long wanted = (long) window * sequences + microBatch;
    CacheCells full = full(contextLength);
    return padded(
        Math.min(full.cells, wanted),
        () -> "min(%d, %d × %d + %d)".formatted(full.cells, window, sequences, microBatch));
  }

  /** Cells of a layer from which all but {@code kept} tokens of each sequence are evicted. */
  public static CacheCells evicted(int kept, int contextLength, int sequences) {
    return padded(
        Math.min(contextLength, (long) kept * sequences),
        () -> "min(%d, %d × %d)".formatted(contextLength, kept, sequences));
  }

  private static CacheCells padded(long wanted, Supplier<String> formula) {
    long cells = Math.ceilDiv(wanted, (long) PADDING) * PADDING;
    return new CacheCells(
        cells, cells == wanted ? formula : () -> "%s padded to %d".formatted(formula.get(), cells));
  }
}
