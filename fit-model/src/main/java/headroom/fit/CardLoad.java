package headroom.fit;

import headroom.units.Bytes;
import java.util.Optional;

/**
 * What one card of the machine has to hold.
 *
 * @param id device id; the second of a kind is {@code id#2}
 * @param total all lines of this card
 * @param usable what the card can give; empty where its memory is not known
 * @param layers layers whose attention it computes
 * @param output true where it makes the logits
 */
public record CardLoad(String id, Bytes total, Optional<Bytes> usable, int layers, boolean output) {
  /** What is left; negative where it is a shortfall, empty where the memory is not known. */
  public Optional<Bytes> headroom() {
    return usable.map(bytes -> bytes.minus(total));
  }
}
