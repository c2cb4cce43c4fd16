package dev.millrace.schema.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The key of {@code ingest_cursors}: {@code <stream>:<host>}; a host may hold a port. */
public record CursorKey(Stream stream, String host) {
  private static final int SPOT_HASH_BYTES = 8;
  private static final String AT = "@";
  private static final String ALL_HOSTS = "*";

  /** The streams that have a cursor at a host. */
  public enum Stream {
    /** subscribeRepos. */
    FIREHOSE,
    /** subscribeLabels. */
    LABELS,
    /** listRepos. */
    REPOS,
    /** A PLC directory's export. */
    IDENTITIES,
    /** A stretch of a firehose's past: {@code window:<relay>/<service>-<window>#<number>}. */
    WINDOW,
    /** Not a stream: the newest stretch of one that the host no longer had. */
    GAP,
    /** Not a stream: a {@link BadSpot} of a listing. */
    SPOT;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
      return word;
    }

    /** Of its word; an unknown one is an error that lists the known. */
    public static Stream parse(String word) {
      for (Stream stream : values()) {
        if (stream.word.equals(word)) {
          return stream;
        }
      }
      throw new IllegalArgumentException(
          "stream is '"
              + word
              + "', must be one of firehose, labels, repos, identities, window, gap, spot");
    }
  }

  public CursorKey {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a cursor key without host");
    }
  }

  /** The list of one host among all that a relay knows: {@code repos:<host>@<relay>}. */
  public static CursorKey ofHost(String host, String relay) {
    return new CursorKey(Stream.REPOS, host + AT + relay);
  }

  /** One stretch of a window of a relay's firehose. */
  public static CursorKey ofRange(String relay, String window, int number) {
    return new CursorKey(Stream.WINDOW, relay + "/" + window + "#" + number);
  }

  /** The lists of all hosts that a relay knows, as one stream: {@code repos:*@<relay>}. */
  public static CursorKey ofHosts(String relay) {
    return ofHost(ALL_HOSTS, relay);
  }

  /** Whether it stands for the lists of all hosts that a relay knows. */
  public boolean isOfHosts() {
    return stream == Stream.REPOS && host.startsWith(ALL_HOSTS + AT);
  }

  /** Whether it is the list of one host among all that this relay knows. */
  public boolean isOfHostOf(String relay) {
    return stream == Stream.REPOS && host.endsWith(AT + relay) && !isOfHosts();
  }

  /** The host's own name, where the host is one of a relay's. */
  public String hostName() {
    int at = host.indexOf(AT);
    return at < 0 ? host : host.substring(0, at);
  }

  /** Whose writer writes it: of a host among many, the writer of all. */
  public CursorKey writer() {
    int at = host.indexOf(AT);
    return stream == Stream.REPOS && at >= 0 ? ofHosts(host.substring(at + 1)) : this;
  }

  /** Where the newest gap of this stream is noted: {@code gap:<stream>:<host>}. */
  public CursorKey gap() {
    return new CursorKey(Stream.GAP, toString());
  }

  /**
   * Where a bad spot of this listing is recorded: {@code spot:<stream>:<host>#<hash>}.
   *
   * @param from the cursor that fails; hashed, for a host's text may be long
   */
  public CursorKey spot(@Nullable String from) {
    return new CursorKey(Stream.SPOT, this + "#" + hash(from == null ? "" : "=" + from));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, SPOT_HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether it is the key of a bad spot of that listing. */
  public boolean isSpotOf(CursorKey listing) {
    return stream == Stream.SPOT && host.startsWith(listing + "#");
  }

  public static CursorKey parse(String key) {
    int colon = key.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a cursor key is <stream>:<host>, is '" + key + "'");
    }
    return new CursorKey(Stream.parse(key.substring(0, colon)), key.substring(colon + 1));
  }

  public static CursorKey parse(byte[] key) {
    return parse(new String(key, StandardCharsets.UTF_8));
  }

  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return stream.word() + ":" + host;
  }
}
