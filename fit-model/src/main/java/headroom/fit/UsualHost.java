package headroom.fit;

import headroom.units.Bandwidth;
import headroom.units.Bytes;

/**
 * The memory that a host of this size usually has, for a speed where nobody said the real one.
 *
 * @param name for people
 * @param bandwidth peak
 */
public record UsualHost(String name, Bandwidth bandwidth) {
  /** What four of the largest usual modules (48 GB) make: more needs a server's channels. */
  private static final Bytes DESKTOP = Bytes.ofGiB(192);

  /** 2 × 8 B × 5.6 GT/s. */
  private static final UsualHost TWO_CHANNELS =
      new UsualHost("dual-channel DDR5-5600", Bandwidth.ofGigabytesPerSecond(89.6));

  /** 12 × 8 B × 4.8 GT/s, as EPYC 9004 has it. */
  private static final UsualHost TWELVE_CHANNELS =
      new UsualHost("12 channels of DDR5-4800", Bandwidth.ofGigabytesPerSecond(460.8));

  /** A desktop where that holds so much, else a server. */
  static UsualHost holding(Bytes bytes) {
    return bytes.compareTo(DESKTOP) <= 0 ? TWO_CHANNELS : TWELVE_CHANNELS;
  }
}
