package dev.millrace.schema.event;

/**
 * What is known of the repo counts no more, and it is fetched anew (type {@code reset}): an
 * operator frees a repo whose state is stuck. Its place in the live log is the place of the reset.
 *
 * @param host who asked, {@link #OPERATOR}; no relay's name
 */
public record ResetEvent(String time, String did, String host) implements RepoEvent {
  static final String TYPE = "reset";

  /** The host of what an operator asked for. */
  public static final String OPERATOR = "operator";

  @Override
  public String type() {
    return TYPE;
  }

  /** Always 0: nobody numbers them. */
  @Override
  public long seq() {
    return 0;
  }
}
