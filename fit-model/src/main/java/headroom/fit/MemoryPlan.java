package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.units.Bytes;
import java.util.List;

/**
 * Where every byte goes.
 *
 * @param lines each amount, explained
 */
public record MemoryPlan(List<MemoryLine> lines) {
  public MemoryPlan {
    lines = List.copyOf(lines);
  }

  /** What the cards must hold together. */
  public Bytes deviceTotal() {
    long total = 0;
    for (MemoryLine line : lines) {
      total += line.place().isCard() ? line.bytes().value() : 0;
    }
    return Bytes.of(total);
  }

  /** What one card must hold. */
  public Bytes cardTotal(int card) {
    long total = 0;
    for (MemoryLine line : lines) {
      total += line.place().isCard(card) ? line.bytes().value() : 0;
    }
    return Bytes.of(total);
  }

  /** What the host must hold beside them. */
  public Bytes hostTotal() {
    long total = 0;
    for (MemoryLine line : lines) {
      total += line.place() instanceof Place.OnHost ? line.bytes().value() : 0;
    }
    return Bytes.of(total);
  }
}
