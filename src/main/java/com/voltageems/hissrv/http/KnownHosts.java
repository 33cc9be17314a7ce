package com.voltageems.hissrv.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which names a request may be addressed to where reading needs no token. Whoever has a domain can
 * make its name point at this machine, and the browser that shows his page then reads here for him
 * (DNS rebinding). So a name that anybody could have registered must be in the configuration;
 * addresses, names without a dot and names of private networks are nobody's to register.
 */
final class KnownHosts {
  private static final Logger LOG = LoggerFactory.getLogger(KnownHosts.class);
  private static final String ANY = "*";
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.%]+]");
  private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

  /** Reserved, or used in private and given to nobody: RFC 2606, 6761, 6762 (G), 8375, 9476. */
  private static final Set<String> PRIVATE =
      Set.of(
          "localhost",
          "localdomain",
          "local",
          "internal",
          "intranet",
          "private",
          "corp",
          "home",
          "lan",
          "svc",
          "test",
          "alt");

  /** Looked up when first needed. */
  private static final class Own {
    private static final String NAME = name();

    private static String name() {
      try {
        return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      } catch (UnknownHostException e) {
        LOG.debug("this machine has no name", e);
        return "localhost";
      }
    }
  }

  private KnownHosts() {}

  /**
   * @param host of the header, with or without a port
   * @param own that the API listens on
   * @param allowed by the configuration; {@code *} for all
   */
  static boolean isKnown(String host, String own, List<String> allowed) {
    String bare = PORT.matcher(host.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
    String name = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    return allowed.contains(ANY)
        || allowed.contains(name)
        || ADDRESS.matcher(name).matches()
        || name.indexOf('.') < 0
        || PRIVATE.contains(name.substring(name.lastIndexOf('.') + 1))
        || name.endsWith(".home.arpa")
        || name.equalsIgnoreCase(own)
        || name.equals(Own.NAME);
  }

  /** What to say of one that is not. */
  static Problem unknown(String host) {
    return Problem.of(
        403,
        "unknown-host",
        "This name is not known here",
        "The request is addressed to '%s', a name that anybody could have made point here, and has no token. If the name is yours, put it under api.allowed_hosts."
            .formatted(Text.shown(host)));
  }
}
