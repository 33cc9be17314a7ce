package com.voltageems.hissrv.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code redis.tls:} with what the server is known by, and what it knows us by.
 *
 * @param ca certificates (PEM) one of which has signed the server's; null: those Java trusts
 * @param certificate ours, with those that signed it (PEM); null: we have none
 * @param key its private key (PEM, PKCS #8, not encrypted); there when the certificate is
 */
public record RedisTls(
    @Nullable Path ca, @Nullable Path certificate, @Nullable Path key, Verify verify) {
  /** What is asked of the server's certificate. */
  public enum Verify {
    /** Signed by whom we trust, for the host's name. */
    FULL,
    /** Signed by whom we trust. */
    CA,
    /** Nothing: whoever answers is believed. */
    NONE
  }

  /** What holds when the section is absent. */
  public static RedisTls defaults() {
    return new RedisTls(null, null, null, Verify.FULL);
  }
}
