package dev.millrace.connectors.repolist;

import java.time.Duration;

/**
 * How a host's list is read.
 *
 * @param pageSize repos a page, 1 to 1000
 * @param lookAgain after the end of the list was reached, until it is asked for what came since
 */
public record ListingRules(int pageSize, Duration lookAgain, ListingWaits waits) {
  public static final int MAX_PAGE_SIZE = 1_000;

  public static final ListingRules DEFAULT =
      new ListingRules(MAX_PAGE_SIZE, Duration.ofMinutes(5), ListingWaits.DEFAULT);

  public ListingRules {
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException("page size is " + pageSize + ", must be 1 to 1000");
    }
    if (lookAgain.isNegative() || lookAgain.isZero()) {
      throw new IllegalArgumentException(
          "time to look again is " + lookAgain + ", must be above 0");
    }
  }
}
