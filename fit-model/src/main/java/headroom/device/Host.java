package headroom.device;

import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.Optional;

/**
 * The computer around the cards, as far as it was said.
 *
 * @param memory system memory
 * @param bandwidth peak bandwidth of that memory
 * @param system what it runs under
 */
public record Host(
    Optional<Bytes> memory, Optional<Bandwidth> bandwidth, Optional<OperatingSystem> system) {
  /** Nothing is known of it. */
  public static final Host UNKNOWN = new Host(Optional.empty(), Optional.empty());

  /** A host whose operating system was not said. */
  public Host(Optional<Bytes> memory, Optional<Bandwidth> bandwidth) {
    this(memory, bandwidth, Optional.empty());
  }

  /** The same with other memory. */
  public Host withMemory(Optional<Bytes> other, Optional<Bandwidth> otherBandwidth) {
    return new Host(other, otherBandwidth, system);
  }

  /** The same under this operating system. */
  public Host under(OperatingSystem other) {
    return new Host(memory, bandwidth, Optional.of(other));
  }
}
