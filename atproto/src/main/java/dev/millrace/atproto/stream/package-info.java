/**
 * Event streams: a host's WebSocket, its frames, and the messages in them, of repositories ({@code
 * com.atproto.sync.subscribeRepos}) and of labels ({@code com.atproto.label.subscribeLabels}).
 *
 * <p>Excludes what can only be judged with state or keys of others: whether a commit connects to
 * the one before, whether its signature is right.
 *
 * @see <a href="https://atproto.com/specs/event-stream">atproto.com/specs/event-stream</a>
 */
@NullMarked
package dev.millrace.atproto.stream;

import org.jspecify.annotations.NullMarked;
