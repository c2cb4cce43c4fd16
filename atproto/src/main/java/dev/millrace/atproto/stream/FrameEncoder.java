package dev.millrace.atproto.stream;

import dev.millrace.atproto.cbor.CborWriter;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.repo.RepoOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the frames that {@link FrameDecoder} reads: a host's side of an event stream. */
public final class FrameEncoder {
  private FrameEncoder() {}

  public static byte[] encode(StreamMessage message) {
    CborWriter frame = new CborWriter();
    switch (message) {
      case CommitMessage commit -> {
        header(frame, "#commit");
        DagCbor.write(frame, body(commit));
      }
      case SyncMessage sync -> {
        header(frame, "#sync");
        DagCbor.write(
            frame,
            Map.of(
                "seq", sync.seq(),
                "did", sync.did().value(),
                "rev", sync.rev().value(),
                "blocks", sync.blocks(),
                "time", sync.time()));
      }
      case IdentityMessage identity -> {
        header(frame, "#identity");
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("seq", identity.seq());
        body.put("did", identity.did().value());
        body.put("time", identity.time());
        putIfThere(body, "handle", identity.handle());
        DagCbor.write(frame, body);
      }
      case AccountMessage account -> {
        header(frame, "#account");
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("seq", account.seq());
        body.put("did", account.did().value());
        body.put("time", account.time());
        body.put("active", account.active());
        putIfThere(body, "status", account.status());
        DagCbor.write(frame, body);
      }
      case LabelsMessage labels -> {
        header(frame, "#labels");
        frame.map(2).text("seq").integer(labels.seq()).text("labels");
        frame.array(labels.labels().size());
        labels.labels().forEach(label -> frame.encoded(label.encoded()));
      }
      case InfoMessage info -> {
        header(frame, "#info");
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", info.name());
        putIfThere(body, "message", info.message());
        DagCbor.write(frame, body);
      }
      case ErrorMessage error -> {
        frame.map(1).text("op").integer(-1);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("error", error.error());
        putIfThere(body, "message", error.message());
        DagCbor.write(frame, body);
      }
      case UnknownMessage unknown -> {
        header(frame, unknown.type());
        frame.encoded(unknown.body());
      }
    }
    return frame.toBytes();
  }

  private static void header(CborWriter frame, String type) {
    frame.map(2).text("t").text(type).text("op").integer(1);
  }

  private static Map<String, @Nullable Object> body(CommitMessage commit) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("seq", commit.seq());
    body.put("repo", commit.repo().value());
    body.put("rev", commit.rev().value());
    body.put("since", commit.since());
    body.put("commit", commit.commit());
    body.put("tooBig", commit.tooBig());
    body.put("rebase", false);
    body.put("blobs", List.of());
    body.put("blocks", commit.blocks());
    body.put("ops", ops(commit.ops()));
    body.put("time", commit.time());
    putIfThere(body, "prevData", commit.prevData());
    return body;
  }

  private static List<Object> ops(List<RepoOp> ops) {
    List<Object> encoded = new ArrayList<>();
    for (RepoOp op : ops) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("action", op.action().toString());
      fields.put("path", op.path());
      fields.put("cid", op.cid());
      putIfThere(fields, "prev", op.prev());
      encoded.add(fields);
    }
    return encoded;
  }

  private static void putIfThere(
      Map<String, @Nullable Object> body, String key, @Nullable Object value) {
    if (value != null) {
      body.put(key, value);
    }
  }
}
