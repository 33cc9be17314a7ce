package com.voltageems.hissrv.config;

import java.net.InetAddress;
import java.util.Set;

/**
 * Where machines get their secrets: link-local addresses, and those that clouds use instead. What
 * sends to an address that somebody else may choose does not send there.
 */
public final class LinkLocal {
  /** Of AWS over IPv6, of Alibaba Cloud, and of Oracle Cloud. */
  private static final Set<InetAddress> METADATA =
      Set.of(
          InetAddress.ofLiteral("fd00:ec2::254"),
          InetAddress.ofLiteral("100.100.100.200"),
          InetAddress.ofLiteral("192.0.0.192"));

  private LinkLocal() {}

  /** Whether it is one of them. */
  public static boolean is(InetAddress address) {
    return address.isLinkLocalAddress() || METADATA.contains(address);
  }

  /** The same of a host of a URL; of a name that is not looked up only what is known. */
  static boolean is(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return is(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      return host.equalsIgnoreCase("metadata.google.internal");
    }
  }
}
