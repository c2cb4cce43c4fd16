package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.lexicon.ObjectSchema.Field;
import dev.millrace.atproto.lexicon.ObjectSchema.TypeRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles the documents under {@code /lexicons}: the part of the lexicon language that records
 * use. What it does not know, or a definition that contains itself, stops it: these are our own
 * documents. Not thread-safe.
 *
 * @see <a href="https://atproto.com/specs/lexicon">lexicon</a>
 */
final class LexiconCompiler {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** By type, what a definition of it may say; anything else would be ignored. */
  private static final Map<String, Set<String>> RULES =
      Map.of(
          "record", Set.of("key", "record"),
          "object", Set.of("required", "properties"),
          "array", Set.of("items", "minLength", "maxLength"),
          "string",
              Set.of(
                  "format",
                  "minLength",
                  "maxLength",
                  "minGraphemes",
                  "maxGraphemes",
                  "knownValues",
                  "default"),
          "integer", Set.of("minimum", "maximum", "default"),
          "boolean", Set.of("default"),
          "bytes", Set.of("minLength", "maxLength"),
          "blob", Set.of("accept", "maxSize"),
          "ref", Set.of("ref"),
          "union", Set.of("refs", "closed"));

  private final Map<String, JsonNode> documents = new HashMap<>();
  private final Map<String, Schema> compiled = new HashMap<>();
  private final Set<String> inWork = new HashSet<>();

  /** The schema of the records of a collection. */
  Schema record(String collection) {
    JsonNode main = definition(collection, "main");
    JsonNode object = main.path("record");
    if (!type(main, collection).equals("record") || !type(object, collection).equals("object")) {
      throw new IllegalStateException(collection + " is not a collection");
    }
    return object(object, collection, new TypeRule(collection, true));
  }

  /**
   * Of a reference as it stands in a document: {@code nsid}, {@code nsid#name} or {@code #name}.
   */
  private Schema reference(String reference, String document) {
    String name = absolute(reference, document);
    Schema known = compiled.get(name);
    if (known != null) {
      return known;
    }
    if (!inWork.add(name)) {
      throw new IllegalStateException(name + " contains itself");
    }
    int hash = name.indexOf('#');
    String nsid = hash < 0 ? name : name.substring(0, hash);
    JsonNode definition = definition(nsid, hash < 0 ? "main" : name.substring(hash + 1));
    Schema schema =
        type(definition, name).equals("object")
            ? object(definition, nsid, new TypeRule(name, false))
            : schema(definition, nsid);
    inWork.remove(name);
    compiled.put(name, schema);
    return schema;
  }

  private static String absolute(String reference, String document) {
    String name = reference.startsWith("#") ? document + reference : reference;
    return name.endsWith("#main") ? name.substring(0, name.indexOf('#')) : name;
  }

  private Schema schema(JsonNode type, String document) {
    return switch (type(type, document)) {
      case "object" -> object(type, document, TypeRule.NONE);
      case "array" ->
          new ArraySchema(
              schema(type.path("items"), document), min(type, "Length"), max(type, "Length"));
      case "string" -> string(type);
      case "integer" ->
          new IntegerSchema(
              type.path("minimum").asLong(Long.MIN_VALUE),
              type.path("maximum").asLong(Long.MAX_VALUE));
      case "boolean" -> new BooleanSchema();
      case "bytes" -> new BytesSchema(min(type, "Length"), max(type, "Length"));
      case "blob" ->
          new BlobSchema(
              type.path("accept").valueStream().map(JsonNode::asText).toList(),
              type.path("maxSize").asLong(Long.MAX_VALUE));
      case "ref" -> reference(type.path("ref").asText(), document);
      case "union" -> union(type, document);
      default -> throw new IllegalStateException(document + ": not a field's type: " + type);
    };
  }

  private ObjectSchema object(JsonNode type, String document, TypeRule rule) {
    Set<String> required = new HashSet<>();
    type.path("required").forEach(name -> required.add(name.asText()));
    List<Field> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : type.path("properties").properties()) {
      fields.add(
          new Field(
              field.getKey(),
              required.contains(field.getKey()),
              schema(field.getValue(), document)));
    }
    return new ObjectSchema(rule, fields);
  }

  private static StringSchema string(JsonNode type) {
    return new StringSchema(
        min(type, "Length"),
        max(type, "Length"),
        min(type, "Graphemes"),
        max(type, "Graphemes"),
        type.has("format") ? StringFormat.of(type.path("format").asText()) : null);
  }

  private UnionSchema union(JsonNode type, String document) {
    Map<String, Schema> byType = new HashMap<>();
    for (JsonNode reference : type.path("refs")) {
      String name = absolute(reference.asText(), document);
      byType.put(name, reference(name, document));
    }
    return new UnionSchema(byType, type.path("closed").asBoolean(false));
  }

  private static int min(JsonNode type, String of) {
    return type.path("min" + of).asInt(0);
  }

  private static int max(JsonNode type, String of) {
    return type.path("max" + of).asInt(Integer.MAX_VALUE);
  }

  private JsonNode definition(String nsid, String name) {
    return documents.computeIfAbsent(nsid, LexiconCompiler::read).path("defs").path(name);
  }

  private static JsonNode read(String nsid) {
    String path = "/lexicons/" + nsid.replace('.', '/') + ".json";
    try (InputStream in = LexiconCompiler.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no lexicon " + path);
      }
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException("the lexicon " + path + " cannot be read", e);
    }
  }

  /** The type of a definition, if everything that it says is known here. */
  private static String type(JsonNode definition, String where) {
    String type = definition.path("type").asText();
    Set<String> rules = RULES.get(type);
    for (Map.Entry<String, JsonNode> rule : definition.properties()) {
      String name = rule.getKey();
      if (rules == null
          || !(rules.contains(name) || name.equals("type") || name.equals("description"))) {
        throw new IllegalStateException(where + ": not known: " + name + " of " + definition);
      }
    }
    return type;
  }
}
