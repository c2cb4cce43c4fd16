package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A map with fields, of which others than those named are let through. A field that may be absent
 * may not be null.
 *
 * @param type how its {@code $type} is taken
 */
record ObjectSchema(TypeRule type, List<Field> fields, Set<String> names) implements Schema {

  record Field(String name, boolean isRequired, Schema schema) {}

  /**
   * What {@code $type} must be.
   *
   * @param name the type's own name; null if {@code $type} is a field like any other
   * @param isRequired whether it must be there
   */
  record TypeRule(@Nullable String name, boolean isRequired) {
    /** Of an object that has no name of its own. */
    static final TypeRule NONE = new TypeRule(null, false);
  }

  ObjectSchema(TypeRule type, List<Field> fields) {
    this(
        type,
        List.copyOf(fields),
        fields.stream().map(Field::name).collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public @Nullable Problem check(JsonNode value) {
    if (!DataModel.isMap(value)) {
      return Problem.expected("a map");
    }
    int known = 0;
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      JsonNode member = value.get(field.name());
      if (member != null) {
        known++;
        Problem problem = field.schema().check(member);
        if (problem != null) {
          return problem.inField(field.name());
        }
      } else if (field.isRequired()) {
        return Problem.of("missing").inField(field.name());
      }
    }
    if (type.name() != null) {
      JsonNode given = value.get("$type");
      if (given == null ? type.isRequired() : !isText(given, type.name())) {
        return Problem.of("must be " + type.name()).inField("$type");
      }
      known += given == null ? 0 : 1;
    }
    return known == value.size() ? null : checkOthers(value);
  }

  private static boolean isText(JsonNode value, String text) {
    return value.isTextual() && value.textValue().equals(text);
  }

  private @Nullable Problem checkOthers(JsonNode value) {
    for (Map.Entry<String, JsonNode> other : value.properties()) {
      Problem problem =
          names.contains(other.getKey()) ? null : DataModel.numberOutOfRange(other.getValue());
      if (problem != null) {
        return problem.inField(other.getKey());
      }
    }
    return null;
  }
}
