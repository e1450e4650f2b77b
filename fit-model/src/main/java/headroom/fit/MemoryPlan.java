package headroom.fit;

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

  /** What the device must hold. */
  public Bytes deviceTotal() {
    return total(MemoryLine.Place.DEVICE);
  }

  /** What the host must hold beside it. */
  public Bytes hostTotal() {
    return total(MemoryLine.Place.HOST);
  }

  private Bytes total(MemoryLine.Place place) {
    return lines.stream()
        .filter(line -> line.place() == place)
        .map(MemoryLine::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }
}
