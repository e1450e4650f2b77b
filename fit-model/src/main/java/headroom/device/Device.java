package headroom.device;

import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the arithmetic needs to know of one device; everything else about it is catalogue.
 *
 * @param id catalogue id, or a name the user gave
 * @param name as its maker writes it
 * @param vendor its maker
 * @param kind what sort of device it is
 * @param memory nominal memory; empty for CPUs, whose memory the question brings
 * @param bandwidth peak memory bandwidth
 * @param compute peak arithmetic
 * @param unifiedMemory true where CPU and GPU share the memory
 * @param link peak bandwidth to the host in one direction; empty where unknown or not needed
 * @param computeCapability NVIDIA's, for example 8.9
 * @param peerLink peak bandwidth to a device like it in one direction, past the host; empty where
 *     there is no such link
 * @param units streaming multiprocessors, compute units or GPU cores, where known
 */
public record Device(
    String id,
    String name,
    String vendor,
    DeviceKind kind,
    Optional<Bytes> memory,
    Optional<Bandwidth> bandwidth,
    ComputeRates compute,
    boolean unifiedMemory,
    Optional<Bandwidth> link,
    OptionalDouble computeCapability,
    Optional<Bandwidth> peerLink,
    OptionalInt units) {

  /** A device that reaches others through the host alone, of unknown units. */
  public Device(
      String id,
      String name,
      String vendor,
      DeviceKind kind,
      Optional<Bytes> memory,
      Optional<Bandwidth> bandwidth,
      ComputeRates compute,
      boolean unifiedMemory,
      Optional<Bandwidth> link,
      OptionalDouble computeCapability) {
    this(
        id,
        name,
        vendor,
        kind,
        memory,
        bandwidth,
        compute,
        unifiedMemory,
        link,
        computeCapability,
        Optional.empty(),
        OptionalInt.empty());
  }
}
