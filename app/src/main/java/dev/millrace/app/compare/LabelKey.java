package dev.millrace.app.compare;

/**
 * A label in force.
 *
 * @param cid empty where the label names none
 */
public record LabelKey(String src, String uri, String cid, String val) {
  @Override
  public String toString() {
    return "label %s of %s on %s%s".formatted(val, src, uri, cid.isEmpty() ? "" : " at " + cid);
  }
}
