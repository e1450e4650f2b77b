package headroom.device;

import headroom.units.Bytes;
import java.util.Optional;

/**
 * One device of a machine.
 *
 * @param device what it is
 * @param statedMemory memory in place of the device's nominal one; needed for CPUs
 */
public record Card(Device device, Optional<Bytes> statedMemory) {
  public Card {
    if (statedMemory.isPresent() && statedMemory.get().value() <= 0) {
      throw new IllegalArgumentException(
          "device memory is " + statedMemory.get() + "; wanted more than 0");
    }
  }

  /** A device as its data sheet has it. */
  public static Card of(Device device) {
    return new Card(device, Optional.empty());
  }

  /** Stated memory, else nominal; empty where neither is known. */
  public Optional<Bytes> memory() {
    return statedMemory.or(device::memory);
  }
}
