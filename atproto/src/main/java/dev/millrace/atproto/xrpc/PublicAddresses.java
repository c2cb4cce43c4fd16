package dev.millrace.atproto.xrpc;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Which addresses are of the public internet.
 *
 * <p>IPv4: everything but IANA's special-purpose blocks. IPv6: only global unicast, less its
 * special blocks; an IPv4 address inside (mapped, NAT64, 6to4, ISATAP) is judged as itself.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4 registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 registry</a>
 */
final class PublicAddresses {
  private static final List<Block> SPECIAL_V4 =
      List.of(
          new Block("00", 8), // this host
          new Block("0a", 8), // 10/8, private
          new Block("6440", 10), // 100.64/10, shared by carriers
          new Block("7f", 8), // loopback
          new Block("a9fe", 16), // 169.254/16, link-local: cloud metadata
          new Block("ac10", 12), // 172.16/12, private
          new Block("c00000", 24), // 192.0.0/24, protocol assignments
          new Block("c00002", 24), // documentation
          new Block("c05863", 24), // 192.88.99/24, 6to4 relays
          new Block("c0a8", 16), // 192.168/16, private
          new Block("c612", 15), // 198.18/15, benchmarks
          new Block("c63364", 24), // documentation
          new Block("cb0071", 24), // documentation
          new Block("e0", 4), // multicast
          new Block("f0", 4)); // reserved and broadcast
  private static final Block GLOBAL_V6 = new Block("20", 3);
  private static final List<Block> SPECIAL_V6 =
      List.of(
          new Block("200100", 23), // protocol assignments, Teredo among them
          new Block("20010db8", 32), // documentation
          new Block("3fff00", 20)); // documentation
  private static final Block MAPPED = new Block("00000000000000000000ffff", 96);
  private static final Block NAT64 = new Block("0064ff9b0000000000000000", 96);
  private static final Block SIX_TO_FOUR = new Block("2002", 16);
  private static final byte[] ISATAP = {0x5e, (byte) 0xfe};

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? isPublicV4(bytes) : isPublicV6(bytes);
  }

  private static boolean isPublicV4(byte[] bytes) {
    return SPECIAL_V4.stream().noneMatch(block -> block.contains(bytes));
  }

  private static boolean isPublicV6(byte[] bytes) {
    if (MAPPED.contains(bytes) || NAT64.contains(bytes)) {
      return isPublicV4(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (!GLOBAL_V6.contains(bytes) || SPECIAL_V6.stream().anyMatch(b -> b.contains(bytes))) {
      return false;
    }
    if (SIX_TO_FOUR.contains(bytes)) {
      return isPublicV4(Arrays.copyOfRange(bytes, 2, 6));
    }
    boolean isatap =
        (bytes[8] & ~2) == 0 && bytes[9] == 0 && Arrays.equals(bytes, 10, 12, ISATAP, 0, 2);
    return !isatap || isPublicV4(Arrays.copyOfRange(bytes, 12, 16));
  }

  /** The addresses that begin with these bits. */
  private static final class Block {
    private final byte[] prefix;
    private final int bits;

    Block(String hex, int bits) {
      this.prefix = HexFormat.of().parseHex(hex);
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      int whole = bits / 8;
      int rest = bits % 8;
      return Arrays.equals(address, 0, whole, prefix, 0, whole)
          && (rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0);
    }
  }
}
