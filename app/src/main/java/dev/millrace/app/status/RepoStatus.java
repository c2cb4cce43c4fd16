package dev.millrace.app.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with one repo.
 *
 * @param held in Postgres; null if nothing is
 * @param waiting to be fetched; null if it does not
 * @param deadLetters about it that are not settled, oldest first
 */
public record RepoStatus(
    String did, @Nullable Held held, @Nullable Waiting waiting, List<Letter> deadLetters) {

  /**
   * What the database has.
   *
   * @param handle checked both ways
   * @param rev of the newest commit that was applied
   * @param wholeRev of the newest whole snapshot; null if there was none
   * @param active null: never told
   * @param status why not active, in the host's word
   * @param records of all collections
   */
  public record Held(
      @Nullable String handle,
      @Nullable String rev,
      @Nullable String wholeRev,
      @Nullable Boolean active,
      @Nullable String status,
      long records) {}

  /**
   * What the backfiller has before it.
   *
   * @param lane urgent, request or listing
   * @param reason why it is wanted
   * @param attempts that failed
   * @param lastError why the last one did; null if none did
   * @param host of the PDS, once it is known
   * @param since ISO 8601
   * @param notBefore when it is tried again, ISO 8601; null if it is due
   * @param fetchingSince ISO 8601; null if it is not being fetched
   */
  public record Waiting(
      String lane,
      String reason,
      int attempts,
      @Nullable String lastError,
      @Nullable String host,
      String since,
      @Nullable String notBefore,
      @Nullable String fetchingSince) {}

  /** What was set aside. */
  public record Letter(
      String letter, String at, String reason, @Nullable String host, @Nullable String what) {}

  /** A word for it all. */
  @JsonProperty
  public String state() {
    if (waiting != null) {
      if (waiting.fetchingSince() != null) {
        return "being fetched";
      }
      return waiting.notBefore() == null ? "due" : "parked";
    }
    if (held == null) {
      return deadLetters.isEmpty() ? "unknown" : "set aside";
    }
    if (Boolean.FALSE.equals(held.active())) {
      return "not active";
    }
    return held.wholeRev() == null ? "held in part" : "whole";
  }
}
