package dev.millrace.simulator.record;

/** The NSIDs of what the simulated accounts write. */
public final class Collections {
  public static final String POST = "app.bsky.feed.post";
  public static final String LIKE = "app.bsky.feed.like";
  public static final String REPOST = "app.bsky.feed.repost";
  public static final String THREADGATE = "app.bsky.feed.threadgate";
  public static final String POSTGATE = "app.bsky.feed.postgate";
  public static final String GENERATOR = "app.bsky.feed.generator";
  public static final String FOLLOW = "app.bsky.graph.follow";
  public static final String BLOCK = "app.bsky.graph.block";
  public static final String LIST = "app.bsky.graph.list";
  public static final String LISTITEM = "app.bsky.graph.listitem";
  public static final String LISTBLOCK = "app.bsky.graph.listblock";
  public static final String STARTERPACK = "app.bsky.graph.starterpack";
  public static final String VERIFICATION = "app.bsky.graph.verification";
  public static final String PROFILE = "app.bsky.actor.profile";
  public static final String STATUS = "app.bsky.actor.status";
  public static final String LABELER = "app.bsky.labeler.service";
  public static final String NOTIFICATIONS = "app.bsky.notification.declaration";
  public static final String CHAT = "chat.bsky.actor.declaration";
  public static final String GERM = "com.germnetwork.declaration";

  /** A collection that no lexicon of the AppView describes. */
  public static final String UNKNOWN = "com.example.garden.note";

  private Collections() {}
}
