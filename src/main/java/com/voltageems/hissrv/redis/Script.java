package com.voltageems.hissrv.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script, called by its digest: people watch {@code monitor | grep EVALSHA}.
 *
 * @param text the source
 * @param sha its SHA-1, as Redis computes it
 */
public record Script(String text, String sha) {
  /**
   * Reads a script from the class path.
   *
   * @throws IllegalStateException when it is not there
   */
  public static Script fromResource(String path) {
    try (var in = Script.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no script " + path + " on the class path");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A script of this text. */
  public static Script of(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Script(text, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
