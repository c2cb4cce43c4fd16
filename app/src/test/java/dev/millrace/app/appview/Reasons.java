package dev.millrace.app.appview;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a row may differ from the AppView's: docs/appview-tables.md. The first reason that fits is
 * taken, and of a row that both sides have, one for each column; each looks at what it claims.
 */
final class Reasons {
  private static final Pattern ACCOUNT = Pattern.compile("(?:at://)?(did:[a-z]+:[^/ ]+).*");

  private final List<Reason> ofRows = new ArrayList<>();
  private final List<Reason> ofColumns = new ArrayList<>();

  private record Reason(
      String table, @Nullable String column, String text, Predicate<Difference> fits) {
    boolean isOf(Difference difference) {
      return table.equals(difference.table()) && fits.test(difference);
    }
  }

  Reasons(Contents appview, Contents millrace) {
    new RecordReasons(appview, millrace).addTo(this);
    new HolderReasons(appview, millrace).addTo(this);
    new PostReasons(appview, millrace).addTo(this);
    new CounterReasons(appview, millrace).addTo(this);
    new NotificationReasons(appview, millrace).addTo(this);
  }

  /** Of a row that one side alone has. */
  void row(String table, String text, Predicate<Difference> fits) {
    ofRows.add(new Reason(table, null, text, fits));
  }

  /** Of a column in which the sides differ. */
  void column(String table, String column, String text, Predicate<Difference> fits) {
    ofColumns.add(new Reason(table, column, column + " " + text, fits));
  }

  /** None if any part of it has no reason. */
  Set<String> of(Difference difference) {
    Set<String> found = new TreeSet<>();
    if (difference.isMissing() || difference.isAdditional()) {
      ofRows.stream()
          .filter(reason -> reason.isOf(difference))
          .findFirst()
          .ifPresent(reason -> found.add(reason.text));
      return found;
    }
    for (String column : difference.columns()) {
      String text =
          ofColumns.stream()
              .filter(reason -> Objects.equals(reason.column, column) && reason.isOf(difference))
              .findFirst()
              .map(Reason::text)
              .orElse(null);
      if (text == null) {
        return Set.of();
      }
      found.add(text);
    }
    return found;
  }

  /** The DID of an {@code at://} URI, or that a key begins with. */
  static String account(@Nullable String uri) {
    Matcher matcher = ACCOUNT.matcher(String.valueOf(uri));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no account in " + uri);
    }
    return matcher.group(1);
  }
}
