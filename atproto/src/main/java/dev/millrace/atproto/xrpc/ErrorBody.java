package dev.millrace.atproto.xrpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a host says with an error: {@code {"error": Name, "message": text}}, or anything at all.
 * Reads a little of it and no more.
 */
final class ErrorBody {
  private static final int MAX_BYTES = 8192;
  private static final int MAX_CHARS = 512;
  private static final int MAX_NAME_CHARS = 64;
  private static final JsonMapper JSON = new JsonMapper();

  private ErrorBody() {}

  static XrpcException read(Response response) {
    byte[] bytes = start(response);
    String text = printable(new String(bytes, StandardCharsets.UTF_8), MAX_CHARS);
    JsonNode json = json(bytes);
    String error = json == null ? null : text(json, "error", MAX_NAME_CHARS);
    String message = json == null ? null : text(json, "message", MAX_CHARS);
    String host = response.request().url().host();
    RateLimit rateLimit = RateLimit.read(response.headers(), Instant.now());
    return new XrpcException(
        response.code(),
        error,
        message == null ? "from " + host : message,
        response.code() == 429 || response.code() == 503
            ? rateLimit.pause()
            : rateLimit.retryAfter(),
        text);
  }

  /** The body's beginning; of one that fails or is cut, what came before. */
  private static byte[] start(Response response) {
    byte[] buffer = new byte[MAX_BYTES];
    int length = 0;
    try (InputStream in = response.body().byteStream()) {
      int read;
      while (length < MAX_BYTES && (read = in.read(buffer, length, MAX_BYTES - length)) > 0) {
        length += read;
      }
    } catch (IOException e) {
      String cut = " [cut: " + e.getMessage() + "]";
      byte[] note = cut.getBytes(StandardCharsets.UTF_8);
      int fits = Math.min(note.length, MAX_BYTES - length);
      System.arraycopy(note, 0, buffer, length, fits);
      length += fits;
    }
    return java.util.Arrays.copyOf(buffer, length);
  }

  private static @Nullable JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      return null; // the status alone then speaks, and the body's beginning is kept
    }
  }

  private static @Nullable String text(JsonNode json, String field, int maxChars) {
    JsonNode value = json.get(field);
    return value == null || !value.isTextual() ? null : printable(value.textValue(), maxChars);
  }

  private static String printable(String text, int maxChars) {
    int end = Math.min(text.length(), maxChars);
    if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end).replaceAll("[\\p{Cntrl}\\p{Cs}]+", " ").strip();
  }
}
