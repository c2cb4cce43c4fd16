package dev.millrace.app.config;

import java.util.Locale;

/** Where the list of repos comes from. */
public enum ListingSource {
  RELAYS,
  HOSTS,
  COLLECTION;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
