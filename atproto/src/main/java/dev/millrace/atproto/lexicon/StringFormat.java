package dev.millrace.atproto.lexicon;

import dev.millrace.atproto.syntax.AtIdentifier;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.syntax.Language;
import dev.millrace.atproto.syntax.Nsid;
import dev.millrace.atproto.syntax.RecordKey;
import dev.millrace.atproto.syntax.Tid;

/**
 * The string formats of lexicons, as the AppView takes them. Some differ from the specification,
 * whose forms package {@code syntax} has: see {@link Moments}, {@link CidTexts}, {@link Uris}.
 *
 * @see <a href="https://atproto.com/specs/lexicon#string-formats">string formats</a>
 */
enum StringFormat {
  AT_IDENTIFIER("at-identifier"),
  AT_URI("at-uri"),
  CID("cid"),
  DATETIME("datetime"),
  DID("did"),
  HANDLE("handle"),
  LANGUAGE("language"),
  NSID("nsid"),
  RECORD_KEY("record-key"),
  TID("tid"),
  URI("uri");

  private final String label;

  StringFormat(String label) {
    this.label = label;
  }

  static StringFormat of(String label) {
    for (StringFormat format : values()) {
      if (format.label.equals(label)) {
        return format;
      }
    }
    throw new IllegalStateException("no string format " + label);
  }

  /** Its name in lexicons. */
  String label() {
    return label;
  }

  boolean matches(String text) {
    return switch (this) {
      case AT_IDENTIFIER -> AtIdentifier.isValid(text);
      case AT_URI -> Uris.isAtUri(text);
      case CID -> CidTexts.isCid(text);
      case DATETIME -> Moments.isMoment(text);
      case DID -> Did.isValid(text);
      case HANDLE -> Handle.isValid(text);
      case LANGUAGE -> Language.isValid(text);
      case NSID -> Nsid.isValid(text);
      case RECORD_KEY -> RecordKey.isValid(text);
      case TID -> Tid.isValid(text);
      case URI -> Uris.isUri(text);
    };
  }
}
