package dev.millrace.simulator.server;

import dev.millrace.atproto.car.Car;
import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.car.CarWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.UnknownMessage;
import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.Faults;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns an event into what really goes over one connection. */
final class StreamFaults {
  private static final int HUGE = 10_000_000;
  private static final CarLimits ANY = new CarLimits(1L << 30, 1 << 30, 1 << 20, 1 << 30);

  private final Faults faults;
  private final URI host;
  private final long connection;
  private final EventLog log;

  StreamFaults(Faults faults, URI host, long connection, EventLog log) {
    this.faults = faults;
    this.host = host;
    this.connection = connection;
    this.log = log;
  }

  /**
   * What goes out for an event.
   *
   * @param framesBefore how many events the connection has brought
   */
  List<Wire> of(EventLog.Entry entry, long framesBefore) {
    String did = entry.event().did();
    List<Wire> out = new ArrayList<>();
    if (strikes(FaultKind.DISCONNECT, did, framesBefore)) {
      return List.of(new Wire.Cut());
    }
    if (strikes(FaultKind.SILENCE, did, framesBefore)) {
      return List.of(new Wire.Silence());
    }
    if (strikes(FaultKind.CONSUMER_TOO_SLOW, did, framesBefore)) {
      return List.of(new Wire.Failure("ConsumerTooSlow", "Stream consumer too slow"));
    }
    byte[] frame = entry.frame();
    if (strikes(FaultKind.TRUNCATED_FRAME, did, framesBefore)) {
      out.add(new Wire.Binary(Arrays.copyOf(frame, frame.length / 2)));
    }
    if (strikes(FaultKind.HUGE_FRAME, did, framesBefore)) {
      out.add(new Wire.Binary(unknown(entry.seq() - 1, "padding", new byte[HUGE])));
    }
    if (strikes(FaultKind.TEXT_FRAME, did, framesBefore)) {
      out.add(new Wire.Text("{\"hello\":\"I speak JSON\"}"));
    }
    if (strikes(FaultKind.UNKNOWN_EVENT, did, framesBefore)) {
      out.add(new Wire.Binary(unknown(entry.seq() - 1, "did", did)));
    }
    if (strikes(FaultKind.EARLIER_SEQ, did, framesBefore)) {
      log.read(0, 1).stream().map(old -> new Wire.Binary(old.frame())).forEach(out::add);
    }
    out.add(new Wire.Binary(spoiled(entry, frame, framesBefore)));
    if (strikes(FaultKind.REPEATED_SEQ, did, framesBefore)) {
      out.add(new Wire.Binary(frame));
    }
    return out;
  }

  private byte[] spoiled(EventLog.Entry entry, byte[] frame, long framesBefore) {
    if (!(entry.event().message(entry.seq()) instanceof CommitMessage commit)) {
      return frame;
    }
    String did = entry.event().did();
    faults.planted(did, path -> commit.ops().stream().anyMatch(op -> op.path().equals(path)));
    if (strikes(FaultKind.FLIPPED_BYTE_IN_COMMIT, did, framesBefore)) {
      byte[] blocks = commit.blocks().clone();
      blocks[blocks.length - 2] ^= 1;
      return FrameEncoder.encode(with(commit, commit.commit(), blocks));
    }
    if (strikes(FaultKind.WRONG_SIGNATURE_IN_COMMIT, did, framesBefore)) {
      Car car = Car.read(commit.blocks(), ANY);
      byte[] signed = car.blocks().get(car.root());
      if (signed == null) {
        throw new IllegalStateException("a commit's CAR without the commit");
      }
      byte[] forged = GetRepo.signedByAnother(Commit.decode(signed)).encode();
      Cid cid = Cid.dagCbor(forged);
      Map<Cid, byte[]> blocks = new LinkedHashMap<>();
      blocks.put(cid, forged);
      blocks.putAll(car.blocks().asMap());
      blocks.remove(car.root());
      return FrameEncoder.encode(with(commit, cid, CarWriter.toBytes(cid, blocks)));
    }
    return frame;
  }

  private static CommitMessage with(CommitMessage commit, Cid cid, byte[] blocks) {
    return new CommitMessage(
        commit.seq(),
        commit.repo(),
        commit.rev(),
        commit.since(),
        cid,
        commit.prevData(),
        commit.tooBig(),
        blocks,
        commit.ops(),
        commit.time());
  }

  private static byte[] unknown(long seq, String field, Object value) {
    return FrameEncoder.encode(
        new UnknownMessage("#wobble", seq, DagCbor.encode(Map.of("seq", seq, field, value))));
  }

  private boolean strikes(FaultKind kind, String did, long framesBefore) {
    return faults.onEvent(kind, host, did, connection, framesBefore) != null;
  }
}
