package dev.millrace.atproto.identity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;

/** A DNS that knows what it was told, and nothing else. */
final class FakeDns implements Resolver {
  private final Map<String, List<String>> texts = new HashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private int rcode = Rcode.NXDOMAIN;
  private boolean isSilent;

  void txt(String name, String... values) {
    texts.put(name + ".", List.of(values));
  }

  void fail() {
    rcode = Rcode.SERVFAIL;
  }

  void beSilent() {
    isSilent = true;
  }

  int asked() {
    return asked.get();
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query) {
    asked.incrementAndGet();
    if (isSilent) {
      return new CompletableFuture<>();
    }
    Record question = query.getQuestion();
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question, Section.QUESTION);
    List<String> known = texts.get(question.getName().toString());
    if (known == null) {
      answer.getHeader().setRcode(rcode);
    } else {
      new ArrayList<>(known)
          .forEach(text -> answer.addRecord(record(question.getName(), text), Section.ANSWER));
    }
    return CompletableFuture.completedFuture(answer);
  }

  private static Record record(Name name, String text) {
    return new TXTRecord(name, DClass.IN, 60, text);
  }

  @Override
  public void setPort(int port) {}

  @Override
  public void setTCP(boolean flag) {}

  @Override
  public void setIgnoreTruncation(boolean flag) {}

  @Override
  public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

  @Override
  public void setTSIGKey(TSIG key) {}

  @Override
  public void setTimeout(Duration timeout) {}
}
