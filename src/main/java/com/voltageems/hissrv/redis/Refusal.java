package com.voltageems.hissrv.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/** What servers and TLS say when they don't let us in, with what to do about it. */
final class Refusal {
  private static final Map<String, String> ADVICE = new LinkedHashMap<>();

  static {
    ADVICE.put(
        "WRONGPASS",
        "user or password is wrong, or the user is off: see redis.url, redis.username and redis.password");
    ADVICE.put(
        "NOAUTH",
        "a password is needed: see redis.password, or for Sentinels redis.sentinel_password");
    ADVICE.put(
        "NOPERM",
        "the user has not the rights it needs: see \"A user of its own\" in docs/operations.md");
    ADVICE.put(
        "ACL failure in script",
        "the user has not the rights it needs: see \"A user of its own\" in docs/operations.md");
    ADVICE.put("PKIX path", "the server's certificate is not signed by whom redis.tls.ca names");
    ADVICE.put(
        "unable to find valid certification path",
        "the server's certificate is not signed by whom redis.tls.ca names");
    ADVICE.put("No subject alternative", "the server's certificate is for another host name");
    ADVICE.put("No name matching", "the server's certificate is for another host name");
    ADVICE.put("NotAfter", "the server's certificate has expired");
    ADVICE.put("certificate_required", "the server wants a certificate: see redis.tls.cert");
    ADVICE.put("bad_certificate", "the server does not accept the certificate of redis.tls.cert");
    ADVICE.put("unknown_ca", "the server does not accept the certificate of redis.tls.cert");
    ADVICE.put(
        "certificate_unknown", "the server does not accept the certificate of redis.tls.cert");
  }

  private Refusal() {}

  /** What is at the bottom of it, and advice where there is some. */
  static String inWords(Throwable e) {
    String root = RedisException.rootMessage(e);
    return ADVICE.entrySet().stream()
        .filter(known -> root.contains(known.getKey()))
        .findFirst()
        .map(known -> known.getValue() + " (" + root + ")")
        .orElse(root);
  }

  /** Whether the user lacks a right, for a ping does not show that. */
  static boolean isOfRights(Throwable e) {
    String root = RedisException.rootMessage(e);
    return root.contains("NOPERM") || root.contains("ACL failure in script");
  }

  /** Whether the server was a master once. */
  static boolean isOfReplica(Throwable e) {
    return RedisException.rootMessage(e).contains("READONLY");
  }
}
