package headroom.gguf;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Tells addresses of the public internet from those of a machine, a home or a data centre (<a
 * href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a> and <a
 * href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a> special-purpose
 * registries).
 */
final class PublicAddress {
  private PublicAddress() {}

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    int a = bytes[0] & 0xFF;
    int b = bytes[1] & 0xFF;
    int c = bytes[2] & 0xFF;
    boolean special =
        a == 0
            || a >= 240 // reserved, broadcast
            || (a == 100 && b >= 64 && b < 128) // shared address space, RFC 6598
            || (a == 192 && b == 0 && (c == 0 || c == 2)) // protocol assignments, TEST-NET-1
            || (a == 192 && b == 88 && c == 99) // 6to4 relays
            || (a == 198 && (b == 18 || b == 19)) // benchmarking, RFC 2544
            || (a == 198 && b == 51 && c == 100) // TEST-NET-2
            || (a == 203 && b == 0 && c == 113); // TEST-NET-3
    return !special;
  }

  /** Only 2000::/3 is handed out; inside it, what tunnels to IPv4 or is for documents is not. */
  private static boolean isPublic6(byte[] bytes) {
    int first = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
    int second = (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    boolean special =
        first == 0x2002 // 6to4
            || (first == 0x2001 && second < 0x0200) // 2001::/23: Teredo, ORCHID and kin
            || (first == 0x2001 && second == 0x0DB8) // documentation
            || (first == 0x3FFF && second < 0x1000); // documentation, RFC 9637
    return first >> 13 == 1 && !special;
  }
}
