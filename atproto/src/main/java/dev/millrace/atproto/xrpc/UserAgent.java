package dev.millrace.atproto.xrpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What Millrace calls itself to the hosts it asks. */
public final class UserAgent {
  /** {@code millrace/0.1.0 (AT Protocol indexer)}. */
  public static final String VALUE = "millrace/" + version() + " (AT Protocol indexer)";

  private UserAgent() {}

  private static String version() {
    try (InputStream in = UserAgent.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the jar");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
