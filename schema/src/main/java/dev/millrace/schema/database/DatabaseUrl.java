package dev.millrace.schema.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A connection URL in libpq's form ({@code postgresql://user:password@host:port/name?sslmode=…},
 * also {@code postgres://}, several hosts with commas; manual, section "Connection URIs") or
 * JDBC's, as the driver's properties. No message repeats the URL: it may hold a password.
 */
final class DatabaseUrl {
  private static final Pattern LIBPQ =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?@]*)(?:/(?<name>[^?]*))?(?:\\?(?<query>.*))?");

  /** libpq's names where the driver's differ; the others (sslmode, sslrootcert, …) are the same. */
  private static final Map<String, String> RENAMED =
      Map.of("application_name", "ApplicationName", "connect_timeout", "connectTimeout");

  private static final Pattern PASSWORD_OF_USER = Pattern.compile("^([a-z]+://[^:@/?]*):[^@/]*@");
  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("(?<=[?&])(?:ssl)?password=[^&]*&?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LOOSE_END = Pattern.compile("[?&]$");

  private DatabaseUrl() {}

  static String withoutPassword(String url) {
    String rest = PASSWORD_OF_USER.matcher(url).replaceFirst("$1@");
    rest = PASSWORD_PARAMETER.matcher(rest).replaceAll("");
    return LOOSE_END.matcher(rest).replaceFirst("");
  }

  /**
   * The driver's properties.
   *
   * @return what {@code org.postgresql.Driver} reads out of the URL: PGHOST, PGPORT, PGDBNAME,
   *     user, password and the rest
   * @throws IllegalArgumentException in one line, fit for the operator
   */
  static Properties parse(String url) {
    String jdbc;
    Map<String, String> identity = new LinkedHashMap<>();
    if (url.startsWith("jdbc:postgresql:")) {
      jdbc = url;
    } else {
      Matcher parts = LIBPQ.matcher(url);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "must be postgresql://user:password@host:port/name or jdbc:postgresql://host:port/name");
      }
      putDecoded(identity, "user", parts.group("user"));
      putDecoded(identity, "password", parts.group("password"));
      String hosts = parts.group("hosts");
      jdbc =
          "jdbc:postgresql://%s/%s%s"
              .formatted(
                  hosts.isEmpty() ? "localhost" : hosts,
                  parts.group("name") == null ? "" : parts.group("name"),
                  renamed(parts.group("query"), identity));
    }
    Properties properties = Driver.parseURL(jdbc, new Properties());
    if (properties == null) {
      throw new IllegalArgumentException("is not a URL that the Postgres driver understands");
    }
    identity.forEach(properties::setProperty);
    if (properties.getProperty("currentSchema") != null) {
      throw new IllegalArgumentException(
          "must not name a currentSchema: the schema is an option of its own");
    }
    return properties;
  }

  private static String renamed(@Nullable String query, Map<String, String> identity) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    StringBuilder renamed = new StringBuilder("?");
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("has a parameter without name or value");
      }
      String name = parameter.substring(0, equals);
      String value = parameter.substring(equals + 1);
      if (name.equals("user") || name.equals("password")) {
        putDecoded(identity, name, value);
      } else {
        renamed.append(RENAMED.getOrDefault(name, name)).append('=').append(value).append('&');
      }
    }
    return renamed.substring(0, renamed.length() - 1);
  }

  private static void putDecoded(
      Map<String, String> identity, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      try {
        // A plus is a plus in a URI; URLDecoder would make it a space.
        identity.put(name, URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("has a bad %-escape in its " + name, e);
      }
    }
  }
}
