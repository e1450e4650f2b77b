package headroom.inference.kvcache;

import java.util.Arrays;

/**
 * Which slot of memory holds a cell, head by head, where cells are evicted: the cells behind an
 * evicted one move up, its slot is used again.
 */
final class Slots {
  private final int[][] order; // [heads][cells] slots; those of no cell at the end
  private final double[][] credit; // [heads][slots] what attention has given
  private final boolean[] victims;

  /**
   * @param heads that evict for themselves; 1 where all evict alike
   */
  Slots(int heads, int cells) {
    order = new int[heads][cells];
    credit = new double[heads][cells];
    victims = new boolean[cells];
    clear();
  }

  int of(int head, int cell) {
    return order[head % order.length][cell];
  }

  /** Remembers that a query of this head gave a cell this share of its attention. */
  void credit(int head, int cell, double share) {
    credit[head][of(head, cell)] += share;
  }

  /** What attention has given to a cell. */
  double creditOf(int head, int cell) {
    return credit[head][of(head, cell)];
  }

  void clear() {
    for (int head = 0; head < order.length; head++) {
      Arrays.setAll(order[head], slot -> slot);
      Arrays.fill(credit[head], 0);
    }
  }

  /** Evicts {@code count} cells from {@code first} on. */
  void evictFrom(int first, int count) {
    for (int head = 0; head < order.length; head++) {
      Arrays.fill(victims, false);
      Arrays.fill(victims, first, first + count, true);
      removeVictims(head);
    }
  }

  /** Evicts those {@code count} of the first {@code candidates} cells that were given least. */
  void evictLeast(int candidates, int count) {
    for (int head = 0; head < order.length; head++) {
      Arrays.fill(victims, false);
      for (int i = 0; i < count; i++) {
        int least = -1;
        for (int cell = 0; cell < candidates; cell++) {
          if (!victims[cell] && (least < 0 || creditOf(head, cell) < creditOf(head, least))) {
            least = cell;
          }
        }
        victims[least] = true;
      }
      removeVictims(head);
    }
  }

  private void removeVictims(int head) {
    int[] old = order[head].clone();
    int kept = 0;
    for (int cell = 0; cell < old.length; cell++) {
      if (!victims[cell]) {
        order[head][kept++] = old[cell];
      }
    }
    for (int cell = 0; cell < old.length; cell++) {
      if (victims[cell]) {
        credit[head][old[cell]] = 0;
        order[head][kept++] = old[cell];
      }
    }
  }
}
