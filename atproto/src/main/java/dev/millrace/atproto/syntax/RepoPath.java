package dev.millrace.atproto.syntax;

/**
 * The place of a record in its repository, {@code collection/rkey}: an NSID and a record key. It is
 * the record's key in the repository's tree.
 *
 * @see <a href="https://atproto.com/specs/repository#repo-paths">repository, paths</a>
 */
public record RepoPath(String collection, String rkey) implements Comparable<RepoPath> {
  /** Throws {@code BadDataException} "syntax" unless both parts are valid. */
  public RepoPath {
    if (!Nsid.isValid(collection) || !RecordKey.isValid(rkey)) {
      throw Syntax.invalid("repo path", collection + "/" + rkey);
    }
  }

  public static RepoPath parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw Syntax.invalid("repo path", text);
    }
    return new RepoPath(text.substring(0, slash), text.substring(slash + 1));
  }

  public static boolean isValid(String text) {
    int slash = text.indexOf('/');
    return slash >= 0
        && Nsid.isValid(text.substring(0, slash))
        && RecordKey.isValid(text.substring(slash + 1));
  }

  /** The order of the keys in a tree. */
  @Override
  public int compareTo(RepoPath other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return collection + "/" + rkey;
  }
}
