package dev.millrace.simulator.world;

import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.stream.AccountMessage;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.simulator.event.StreamEvent;
import dev.millrace.simulator.event.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where things happen: keeps the clock, changes accounts, collects the events of a step and tells
 * them at its end. Guarded by the world's write lock.
 */
final class Stage {
  private final Streams streams;
  private final List<Streams.FromPds> events = new ArrayList<>();
  private long now;

  Stage(Streams streams) {
    this.streams = streams;
  }

  /** Sets the clock, which never goes back. */
  void begin(long micros) {
    now = Math.max(now, micros);
  }

  /** A moment that nothing else has: microseconds. */
  long moment() {
    return now++;
  }

  /** The moment at hand, for the time of an event. */
  private String time() {
    return Timeline.text(now);
  }

  void commit(Account account, List<Write> writes) {
    tell(account, apply(account, writes));
  }

  /** A commit at a rev of its own, wherever the clock is. */
  void commitAt(Account account, List<Write> writes, Tid rev) {
    tell(
        account,
        account.repository().commit(writes, account.key(), rev, Timeline.text(rev.micros())));
  }

  /** A commit that nobody is told of. */
  StreamEvent apply(Account account, List<Write> writes) {
    Tid rev = Tid.of(moment(), account.index() & 1023);
    return account.repository().commit(writes, account.key(), rev, Timeline.text(rev.micros()));
  }

  /** {@code #sync}: the commit alone. */
  void sync(Account account) {
    Repository repository = account.repository();
    byte[] car =
        CarWriter.toBytes(
            repository.head(), Map.of(repository.head(), repository.lastCommit().encode()));
    Tid rev = repository.lastCommit().rev();
    String time = time();
    tell(
        account,
        new StreamEvent(
            account.did().value(), seq -> new SyncMessage(seq, account.did(), rev, car, time)));
  }

  /** {@code #identity} with the handle of now. */
  void identity(Account account) {
    String handle = account.handle();
    String time = time();
    tell(
        account,
        new StreamEvent(
            account.did().value(), seq -> new IdentityMessage(seq, account.did(), handle, time)));
  }

  /** {@code #account} with the status of now. */
  void account(Account account) {
    boolean active = account.isActive();
    String status = active ? null : account.status().text();
    String time = time();
    tell(
        account,
        new StreamEvent(
            account.did().value(),
            seq -> new AccountMessage(seq, account.did(), active, status, time)));
  }

  private void tell(Account account, StreamEvent event) {
    events.add(new Streams.FromPds(account.pds(), event));
  }

  /** Tells what happened since the last call. */
  void end(long step) {
    streams.publish(step, events);
    events.clear();
  }
}
