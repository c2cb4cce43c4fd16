package dev.millrace.app.manyhosts;

import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In which way a host is bad, and what its repos may then be said to have failed of. */
enum Badness {
  /** Nobody listens. */
  DEAD(null, "connect", "host-dead"),
  HANGING(FaultKind.HANG, "timeout", "host-dead"),
  RATE_LIMITED(FaultKind.HTTP_STATUS, "http-429"),
  RATE_LIMITED_WITH_A_WORD(FaultKind.HTTP_STATUS, "http-429"),
  FAILING(FaultKind.HTTP_STATUS, "http-500", "host-dead"),
  CUT_BODY(FaultKind.CUT_BODY, "cut-body", "host-dead"),
  CUT_TREE(FaultKind.CUT_CAR, "incomplete"),
  WRONG_DID(FaultKind.OTHER_REPO, "commit"),
  WRONG_SIGNATURE(FaultKind.WRONG_SIGNATURE_IN_CAR, "signature"),
  REDIRECT_TO_THE_OPERATOR(FaultKind.REDIRECT, "forbidden-address"),
  REDIRECT_TO_METADATA(FaultKind.REDIRECT, "forbidden-address"),
  ENDLESS_BODY(FaultKind.ENDLESS_BODY, "too-big", "host-dead"),
  ZIP_BOMB(FaultKind.ZIP_BOMB, "car");

  static final String GET_REPO = "com.atproto.sync.getRepo";

  private final @Nullable FaultKind kind;
  private final String reasons;

  Badness(@Nullable FaultKind kind, String... reasons) {
    this.kind = kind;
    this.reasons = String.join(" ", reasons);
  }

  /** The words that its repos may stand under. */
  Set<String> reasons() {
    return Set.of(reasons.split(" "));
  }

  /**
   * The fault of every getRepo; null if the host is to be taken off.
   *
   * @param operator what listens beside Millrace, and must not be reached
   */
  @Nullable FaultSpec fault(URI host, URI operator) {
    if (kind == null) {
      return null;
    }
    FaultSpec spec = FaultSpec.of(kind).onHost(host).forMethod(GET_REPO).always();
    return switch (this) {
      case RATE_LIMITED -> spec.status(429);
      case RATE_LIMITED_WITH_A_WORD -> spec.status(429).retryAfter(Duration.ofSeconds(3));
      case REDIRECT_TO_THE_OPERATOR -> spec.text(operator.toString());
      case REDIRECT_TO_METADATA -> spec.text("http://169.254.169.254/latest/meta-data/");
      default -> spec;
    };
  }
}
