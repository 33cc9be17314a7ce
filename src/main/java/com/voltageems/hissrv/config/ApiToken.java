package com.voltageems.hissrv.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * One of {@code api.tokens}. Only a hash of it is kept. One pass of SHA-256 is enough, other than
 * for passwords: what is hashed is 256 random bits, which nobody guesses, however quickly he tries.
 *
 * @param name of whom it is given to; what he changes is logged under it
 * @param hash SHA-256 of the token's text, 64 hexadecimal digits
 */
public record ApiToken(String name, Role role, String hash) {
  /** Before the digits, as in YAML. */
  public static final String SCHEME = "sha256:";

  private static final String PREFIX = "hissrv_";
  private static final int RANDOM_BYTES = 32;

  /** A new token's text, to be given away and not kept. */
  public static String random() {
    var bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The token of this text. */
  public static ApiToken of(String name, Role role, String text) {
    return new ApiToken(name, role, HexFormat.of().formatHex(sha256(text)));
  }

  /** Whether this is its text. Takes as long whatever the text is. */
  public boolean isOf(String text) {
    return MessageDigest.isEqual(sha256(text), HexFormat.of().parseHex(hash));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
