package headroom.device;

import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.Optional;

/**
 * The computer around the cards, as far as it was said.
 *
 * @param memory system memory
 * @param bandwidth peak bandwidth of that memory
 */
public record Host(Optional<Bytes> memory, Optional<Bandwidth> bandwidth) {
  /** Nothing is known of it. */
  public static final Host UNKNOWN = new Host(Optional.empty(), Optional.empty());
}
