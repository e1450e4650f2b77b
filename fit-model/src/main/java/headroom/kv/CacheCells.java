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
    return full(contextLength, PADDING);
  }

  /** The same where the context is padded to another number of cells. */
  public static CacheCells full(int contextLength, int padding) {
    return padded(contextLength, padding, () -> "" + contextLength);
  }

  /** As many cells as tokens. */
  public static CacheCells exact(int contextLength) {
    return full(contextLength, 1);
  }

  /** Cells of a layer whose sequences have a stream of {@code perSequence} cells each. */
  public static CacheCells streams(int sequences, CacheCells perSequence) {
    return sequences == 1
        ? perSequence
        : new CacheCells(
            sequences * perSequence.cells,
            () -> "%d streams × %d".formatted(sequences, perSequence.cells));
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

  /** Cells of a layer whose sequences have their first {@code prefix} tokens in common. */
  public static CacheCells sharing(int prefix, int contextLength, int sequences) {
    long own = contextLength - (sequences - 1L) * prefix;
    return padded(own, () -> "%d - %d × %d".formatted(contextLength, sequences - 1, prefix));
  }

  /**
   * Cells of a layer that takes pages as they fill.
   *
   * @param tokens each sequence holds
   * @param prefix of them that all sequences have in common, 0 where none
   * @param sequences that hold them
   * @param page tokens of one page
   */
  public static CacheCells paged(long tokens, int prefix, int sequences, int page) {
    long shared = Math.ceilDiv((long) prefix, (long) page);
    long own = Math.ceilDiv(tokens - prefix, (long) page);
    long cells = (shared + sequences * own) * page;
    return new CacheCells(
        cells,
        () ->
            prefix == 0
                ? "%d × %d pages of %d".formatted(sequences, own, page)
                : "(%d + %d × %d) pages of %d".formatted(shared, sequences, own, page));
  }

  /** Cells of a layer that sets aside {@code tokens} in one piece for each sequence. */
  public static CacheCells contiguous(int tokens, int sequences) {
    return new CacheCells(
        (long) tokens * sequences, () -> "%d × %d reserved".formatted(sequences, tokens));
  }

  /** The same with one more cell for every {@code stride}. */
  public CacheCells withSummaries(int stride) {
    return new CacheCells(
        cells + cells / stride, () -> "%s + %d summaries".formatted(formula(), cells / stride));
  }

  private static CacheCells padded(long wanted, Supplier<String> formula) {
    return padded(wanted, PADDING, formula);
  }

  private static CacheCells padded(long wanted, int padding, Supplier<String> formula) {
    long cells = Math.ceilDiv(wanted, (long) padding) * padding;
    return new CacheCells(
        cells, cells == wanted ? formula : () -> "%s padded to %d".formatted(formula.get(), cells));
  }
}
