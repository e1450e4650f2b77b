package headroom.fit;

import headroom.fit.Remedy.Change;
import headroom.kv.CacheFormat;
import java.util.ArrayList;
import java.util.List;

/** Fewer bits for each element of the cache, or fewer tokens in it. */
final class CacheRemedies {
  private static final int SHORTEST_CONTEXT = 4096;
  private static final int CONTEXT_STEP = 1024;

  private final RemedySearch search;
  private final FitQuestion asked;

  CacheRemedies(RemedySearch search) {
    this.search = search;
    this.asked = search.asked();
  }

  /**
   * The largest format that fits.
   *
   * @param caches that the engine has, largest first
   */
  void smallerFormat(List<CacheFormat> caches) {
    List<CacheFormat> formats = new ArrayList<>(caches);
    formats.removeIf(format -> format.bitsPerElement() >= asked.keyFormat().bitsPerElement());
    for (CacheFormat format : formats) {
      if (search.ask(new Change.SmallerCache(format), asked.withCache(format, format))) {
        return;
      }
    }
    if (!formats.isEmpty()) {
      CacheFormat smallest = formats.getLast();
      search.deadEnd(new Change.SmallerCache(smallest), asked.withCache(smallest, smallest));
    }
  }

  /** The longest context that fits, where one of at least 4096 does. */
  void shorterContext() {
    int low = SHORTEST_CONTEXT / CONTEXT_STEP;
    int high = (asked.contextLength() - 1) / CONTEXT_STEP;
    if (high < low) {
      return;
    }
    FitQuestion shortest = asked.withContextLength(SHORTEST_CONTEXT);
    if (!RemedySearch.fits(shortest)) {
      search.deadEnd(new Change.ShorterContext(SHORTEST_CONTEXT), shortest);
      return;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (RemedySearch.fits(asked.withContextLength(middle * CONTEXT_STEP))) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int tokens = low * CONTEXT_STEP;
    search.ask(new Change.ShorterContext(tokens), asked.withContextLength(tokens));
  }
}
