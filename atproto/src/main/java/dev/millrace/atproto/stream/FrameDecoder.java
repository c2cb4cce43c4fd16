package dev.millrace.atproto.stream;

import static dev.millrace.atproto.stream.Fields.optionalBoolean;
import static dev.millrace.atproto.stream.Fields.optionalBytes;
import static dev.millrace.atproto.stream.Fields.optionalText;
import static dev.millrace.atproto.stream.Fields.required;
import static dev.millrace.atproto.stream.Fields.sequence;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import dev.millrace.atproto.cbor.CborType;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Tid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of an event stream.
 *
 * <pre>
 * frame   = header body             ; two DAG-CBOR maps, nothing between or after
 * header  = { op: 1, t: text }      ; a message of type t, such as "#commit"
 *         | { op: -1 }              ; an error: body = { error: text, ? message: text }
 * </pre>
 *
 * <p>Every failure is a {@code BadDataException} "frame". Fields that are not known are passed
 * over; so are {@code blobs} and {@code rebase}, which are not used any more.
 *
 * @see <a href="https://atproto.com/specs/event-stream">atproto.com/specs/event-stream</a>
 */
public final class FrameDecoder {
  private static final long MESSAGE = 1;
  private static final long ERROR = -1;

  private FrameDecoder() {}

  public static StreamMessage decode(byte[] frame) {
    try {
      CborReader reader = new CborReader(frame);
      StreamMessage message = read(reader);
      reader.requireEnd();
      return message;
    } catch (BadDataException e) {
      if (e.reason().equals("frame")) {
        throw e;
      }
      throw new BadDataException("frame", e.reason() + ": " + e.getMessage(), e);
    }
  }

  private static StreamMessage read(CborReader reader) {
    Long op = null;
    String type = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "op" -> op = reader.readInteger();
        case "t" -> type = optionalText(reader);
        default -> reader.skip();
      }
    }
    reader.end();
    long kind = required("op", op);
    if (kind == ERROR) {
      return error(reader);
    }
    if (kind != MESSAGE) {
      throw new BadDataException("frame", "an unknown op: " + kind);
    }
    return message(required("t", type), reader);
  }

  private static StreamMessage message(String type, CborReader reader) {
    return switch (type) {
      case "#commit" -> commit(reader);
      case "#sync" -> sync(reader);
      case "#identity" -> identity(reader);
      case "#account" -> account(reader);
      case "#labels" -> labels(reader);
      case "#info" -> info(reader);
      default -> unknown(type, reader);
    };
  }

  private static CommitMessage commit(CborReader reader) {
    Long seq = null;
    Did repo = null;
    Tid rev = null;
    String since = null;
    Cid commit = null;
    Cid prevData = null;
    boolean tooBig = false;
    byte[] blocks = null;
    List<RepoOp> ops = null;
    String time = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "seq" -> seq = sequence(reader);
        case "repo" -> repo = Did.parse(reader.readText());
        case "rev" -> rev = Tid.parse(reader.readText());
        case "since" -> since = optionalText(reader);
        case "commit" -> commit = reader.readLink();
        case "prevData" -> prevData = optionalLink(reader);
        case "tooBig" -> tooBig = optionalBoolean(reader);
        case "blocks" -> blocks = optionalBytes(reader);
        case "ops" -> ops = ops(reader);
        case "time" -> time = reader.readText();
        default -> reader.skip();
      }
    }
    reader.end();
    return new CommitMessage(
        required("seq", seq),
        required("repo", repo),
        required("rev", rev),
        since,
        required("commit", commit),
        prevData,
        tooBig,
        blocks == null ? new byte[0] : blocks,
        required("ops", ops),
        required("time", time));
  }

  private static List<RepoOp> ops(CborReader reader) {
    int count = reader.beginArray();
    List<RepoOp> ops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ops.add(op(reader));
    }
    reader.end();
    return ops;
  }

  private static RepoOp op(CborReader reader) {
    RepoOp.Action action = null;
    String path = null;
    Cid cid = null;
    Cid prev = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "action" -> action = RepoOp.Action.parse(reader.readText());
        case "path" -> path = reader.readText();
        case "cid" -> cid = optionalLink(reader);
        case "prev" -> prev = optionalLink(reader);
        default -> reader.skip();
      }
    }
    reader.end();
    return new RepoOp(required("action", action), required("path", path), cid, prev);
  }

  private static @Nullable Cid optionalLink(CborReader reader) {
    return reader.tryNull() ? null : reader.readLink();
  }

  private static SyncMessage sync(CborReader reader) {
    Long seq = null;
    Did did = null;
    Tid rev = null;
    byte[] blocks = null;
    String time = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "seq" -> seq = sequence(reader);
        case "did" -> did = Did.parse(reader.readText());
        case "rev" -> rev = Tid.parse(reader.readText());
        case "blocks" -> blocks = reader.readBytes();
        case "time" -> time = reader.readText();
        default -> reader.skip();
      }
    }
    reader.end();
    return new SyncMessage(
        required("seq", seq),
        required("did", did),
        required("rev", rev),
        required("blocks", blocks),
        required("time", time));
  }

  private static IdentityMessage identity(CborReader reader) {
    Long seq = null;
    Did did = null;
    String handle = null;
    String time = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "seq" -> seq = sequence(reader);
        case "did" -> did = Did.parse(reader.readText());
        case "handle" -> handle = optionalText(reader);
        case "time" -> time = reader.readText();
        default -> reader.skip();
      }
    }
    reader.end();
    return new IdentityMessage(
        required("seq", seq), required("did", did), handle, required("time", time));
  }

  private static AccountMessage account(CborReader reader) {
    Long seq = null;
    Did did = null;
    Boolean active = null;
    String status = null;
    String time = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "seq" -> seq = sequence(reader);
        case "did" -> did = Did.parse(reader.readText());
        case "active" -> active = reader.readBoolean();
        case "status" -> status = optionalText(reader);
        case "time" -> time = reader.readText();
        default -> reader.skip();
      }
    }
    reader.end();
    return new AccountMessage(
        required("seq", seq),
        required("did", did),
        required("active", active),
        status,
        required("time", time));
  }

  private static LabelsMessage labels(CborReader reader) {
    Long seq = null;
    List<Label> labels = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "seq" -> seq = sequence(reader);
        case "labels" -> {
          labels = new ArrayList<>();
          for (int more = reader.beginArray(); more > 0; more--) {
            labels.add(Label.read(reader));
          }
          reader.end();
        }
        default -> reader.skip();
      }
    }
    reader.end();
    return new LabelsMessage(required("seq", seq), required("labels", labels));
  }

  private static InfoMessage info(CborReader reader) {
    String name = null;
    String message = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "name" -> name = reader.readText();
        case "message" -> message = optionalText(reader);
        default -> reader.skip();
      }
    }
    reader.end();
    return new InfoMessage(required("name", name), message);
  }

  private static ErrorMessage error(CborReader reader) {
    String error = null;
    String message = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      switch (reader.readKey()) {
        case "error" -> error = reader.readText();
        case "message" -> message = optionalText(reader);
        default -> reader.skip();
      }
    }
    reader.end();
    return new ErrorMessage(required("error", error), message);
  }

  private static UnknownMessage unknown(String type, CborReader reader) {
    int start = reader.position();
    Long seq = null;
    for (int left = reader.beginMap(); left > 0; left--) {
      if (reader.readKey().equals("seq") && reader.peek() == CborType.INTEGER) {
        seq = sequence(reader);
      } else {
        reader.skip();
      }
    }
    reader.end();
    return new UnknownMessage(type, seq, reader.copy(start, reader.position()));
  }
}
