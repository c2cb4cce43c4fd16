package dev.millrace.atproto.mst;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One block of a tree: n keys with their values, and n + 1 subtrees, one before each key and one
 * after the last.
 *
 * <pre>
 * node  = { e: [entry...], l: link | null }        ; l: the subtree before the first key
 * entry = { k: bytes, p: integer, t: link | null, v: link }
 *         ; the key is the first p bytes of the key before, then k; p as large as can be
 *         ; v: the record; t: the subtree after this key
 * </pre>
 *
 * <p>The lists are the node's own: whoever takes the node may change them.
 *
 * <p>Decoding checks all that one block can tell: canonical CBOR and no other field, minimal prefix
 * compression, printable ASCII keys that strictly rise and all are of the node's layer, no subtrees
 * at layer 0, links to DAG-CBOR nodes, and no node without both keys and subtrees but the root of
 * an empty tree. Anything else is {@code BadDataException} "mst" (or "cbor").
 *
 * @see <a href="https://atproto.com/specs/repository#mst-structure">repository, MST structure</a>
 */
record MstNode(int layer, List<String> keys, List<Cid> values, List<@Nullable Cid> subtrees) {
  /** Asked of a node whose layer is for its keys to say: the root. */
  static final int ROOT = -1;

  /** A collection and a record key at their longest, and the slash. */
  private static final int MAX_KEY_LENGTH = 317 + 1 + 512;

  /** An entry takes more bytes than this; bounds what is allocated for a count. */
  private static final int LEAST_ENTRY_LENGTH = 40;

  static MstNode decode(byte[] block, int layer, KeyLayers layers) {
    CborReader in = new CborReader(block);
    requireFields(in, 2, "a node");
    requireKey(in, 'e');
    int count = in.beginArray();
    if (count > block.length / LEAST_ENTRY_LENGTH) {
      throw bad("a node with more entries than it has room for");
    }
    Keys keys = new Keys(layers, layer);
    List<String> texts = new ArrayList<>(count);
    List<Cid> values = new ArrayList<>(count);
    List<@Nullable Cid> subtrees = new ArrayList<>(count + 1);
    subtrees.add(null);
    for (int i = 0; i < count; i++) {
      requireFields(in, 4, "an entry");
      requireKey(in, 'k');
      int suffixLength = in.skipBytes();
      int suffixStart = in.payloadStart();
      requireKey(in, 'p');
      texts.add(keys.next(in.readInteger(), block, suffixStart, suffixLength));
      requireKey(in, 't');
      subtrees.add(subtree(in));
      requireKey(in, 'v');
      values.add(in.readLink());
      in.end();
    }
    in.end();
    requireKey(in, 'l');
    subtrees.set(0, subtree(in));
    in.end();
    in.requireEnd();
    return checked(new MstNode(keys.layer(), texts, values, subtrees), layer == ROOT);
  }

  private static MstNode checked(MstNode node, boolean root) {
    boolean onlyChild = node.keys.isEmpty() && node.subtrees.getFirst() != null;
    if (node.keys.isEmpty() && root == onlyChild) {
      throw bad(root ? "a root without keys above a subtree" : "an empty node");
    }
    if (node.layer == 0) {
      for (Cid subtree : node.subtrees) {
        if (subtree != null) {
          throw bad("a subtree below layer 0");
        }
      }
    }
    return node;
  }

  /** The block of such a node. */
  static byte[] encode(List<String> keys, List<Cid> values, List<@Nullable Cid> subtrees) {
    CborWriter out = new CborWriter(64 + 128 * keys.size());
    out.map(2).text("e").array(keys.size());
    byte[] previous = {};
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
      int prefix = commonPrefix(previous, previous.length, key, key.length);
      out.map(4).text("k").bytes(key, prefix, key.length - prefix);
      out.text("p").integer(prefix);
      link(out.text("t"), subtrees.get(i + 1));
      out.text("v").link(values.get(i));
      previous = key;
    }
    link(out.text("l"), subtrees.get(0));
    return out.toBytes();
  }

  static int commonPrefix(byte[] a, int aLength, byte[] b, int bLength) {
    int difference = Arrays.mismatch(a, 0, aLength, b, 0, bLength);
    return difference < 0 ? aLength : difference;
  }

  private static void link(CborWriter out, @Nullable Cid cid) {
    if (cid == null) {
      out.nil();
    } else {
      out.link(cid);
    }
  }

  private static @Nullable Cid subtree(CborReader in) {
    if (in.tryNull()) {
      return null;
    }
    Cid cid = in.readLink();
    if (cid.codec() != Cid.DAG_CBOR || !cid.isSha256()) {
      throw bad("a subtree that is not DAG-CBOR by SHA-256");
    }
    return cid;
  }

  private static void requireFields(CborReader in, int count, String what) {
    if (in.beginMap() != count) {
      throw bad(what + " has other fields than it should");
    }
  }

  private static void requireKey(CborReader in, char name) {
    if (!in.readKey().equals(String.valueOf(name))) {
      throw bad("the field \"" + name + "\" is missing");
    }
  }

  static BadDataException bad(String message) {
    return new BadDataException("mst", message);
  }

  /** Rebuilds the keys of one node, in order, from their prefixes and suffixes. */
  private static final class Keys {
    private final KeyLayers layers;
    private final byte[] key = new byte[MAX_KEY_LENGTH];
    private int length = -1;
    private int layer;

    Keys(KeyLayers layers, int layer) {
      this.layers = layers;
      this.layer = layer;
    }

    /** The node's layer; an empty tree's root lies at 0. */
    int layer() {
      return layer == ROOT ? 0 : layer;
    }

    String next(long prefix, byte[] block, int suffixStart, int suffixLength) {
      boolean first = length < 0;
      if (prefix < 0 || prefix > Math.max(0, length)) {
        throw bad("a key whose prefix is longer than the key before");
      }
      if (suffixLength == 0 || prefix + suffixLength > key.length) {
        throw bad("a key of " + (prefix + suffixLength) + " bytes");
      }
      int start = (int) prefix;
      if (!first && start < length) {
        int order = Byte.compareUnsigned(block[suffixStart], key[start]);
        if (order <= 0) {
          throw bad(order == 0 ? "a key whose prefix is too short" : "keys that do not rise");
        }
      }
      for (int i = 0; i < suffixLength; i++) {
        byte b = block[suffixStart + i];
        if (b <= ' ' || b == 0x7F) {
          throw bad("a key that is not printable ASCII");
        }
        key[start + i] = b;
      }
      length = start + suffixLength;
      int found = layers.of(key, length);
      if (layer == ROOT) {
        layer = found;
      } else if (layer != found) {
        throw bad("a key of layer " + found + " in a node of layer " + layer);
      }
      return new String(key, 0, length, StandardCharsets.ISO_8859_1);
    }
  }
}
