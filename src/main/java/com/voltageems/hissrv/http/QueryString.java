package com.voltageems.hissrv.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what follows the question mark. Strictly: a library that drops what it can't decode would
 * turn a filter into no filter.
 */
final class QueryString {
  private QueryString() {}

  /**
   * Every name with its values, in the order given.
   *
   * @throws ProblemException 400 when an escape is broken or the bytes are not UTF-8
   */
  static Map<String, List<String>> parse(@Nullable String raw) {
    var parameters = new LinkedHashMap<String, List<String>>();
    if (raw == null) {
      return parameters;
    }
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      switch (encoded[i]) {
        case '+' -> bytes.write(' ');
        case '%' -> {
          if (i + 2 >= encoded.length) {
            throw broken(text);
          }
          int high = Character.digit(encoded[++i], 16);
          int low = Character.digit(encoded[++i], 16);
          if (high < 0 || low < 0) {
            throw broken(text);
          }
          bytes.write(high << 4 | low);
        }
        default -> bytes.write(encoded[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw broken(text);
    }
  }

  private static ProblemException broken(String text) {
    return new ProblemException(
        Problem.of(
                400,
                "bad-encoding",
                "The address is not well encoded",
                "'" + Text.shown(text) + "' is not percent-encoded UTF-8.")
            .with("expected", "percent-encoded UTF-8, for example %E4%B8%9C"));
  }
}
