package dev.millrace.schema.event;

/**
 * What is known of the repo counts no more, and it is fetched anew (type {@code reset}): an
 * operator frees a repo whose state is stuck, or a window of a firehose shows that the account was
 * deleted meanwhile, so that what is held may be of two generations. Its place in the live log is
 * the place of the reset.
 *
 * @param host who asked, {@link #OPERATOR} or {@link #WINDOW}; no relay's name
 */
public record ResetEvent(String time, String did, String host) implements RepoEvent {
  static final String TYPE = "reset";

  /** The host of what an operator asked for. */
  public static final String OPERATOR = "operator";

  /** The host of what the past of a firehose made necessary. */
  public static final String WINDOW = "window";

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
