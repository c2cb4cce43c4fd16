package dev.millrace.app.config;

/** What is done with records of collections that the AppView does not know. */
public enum UnknownCollections {
  STORE,
  SKIP
}
