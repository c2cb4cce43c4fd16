package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * A place in a host's list of repos that the host does not give out, on {@code ingest_cursors}
 * under {@link CursorKey#spot}; a null value there settles it. It is tried again until it passes.
 *
 * @param from the cursor whose answer fails; null is the list's beginning
 * @param to the cursor where listing went on, so that what lies between is missing; null if no way
 *     past it was found: listing stands there
 * @param limit repos a page, of the page that failed
 * @param status the HTTP status; 0 if there was no whole answer
 * @param reason a short stable word, as {@code http-500}
 * @param body the beginning of the answer's
 * @param attempts tries since it was found, or since it last gave way by a part
 * @param firstSeen ISO 8601
 * @param lastTried ISO 8601
 */
public record BadSpot(
    String host,
    @Nullable String from,
    @Nullable String to,
    int limit,
    int status,
    String reason,
    String body,
    int attempts,
    String firstSeen,
    String lastTried) {}
