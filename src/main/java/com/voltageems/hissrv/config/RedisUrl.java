package com.voltageems.hissrv.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is.
 *
 * @param kind what the servers are
 * @param servers each as {@code redis[s]://[[user]:password@]host[:port][/db]}; one where there is
 *     neither cluster nor Sentinel. User, password and database are the data servers', not the
 *     Sentinels'. Not checked
 * @param master what the Sentinels call the master; empty for other kinds
 */
public record RedisUrl(Kind kind, List<URI> servers, String master) {
  /** URLs that name several servers. */
  private static final Pattern SEVERAL =
      Pattern.compile("(\\w+)[+-](cluster|sentinel)://([^/?#]*)(.*)", Pattern.DOTALL);

  private static final Pattern MASTER = Pattern.compile("/([A-Za-z0-9._-]+)(/.*)?");

  /** What the servers of a URL are. */
  public enum Kind {
    /** One server. */
    ONE(""),
    /** Nodes of a Redis Cluster; one that answers is enough to find the others. */
    CLUSTER("+cluster"),
    /** Sentinels; one that answers is enough to find the master. */
    SENTINEL("+sentinel");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  /** Copies the list. */
  public RedisUrl {
    servers = List.copyOf(servers);
  }

  /**
   * Reads {@code redis://[[user]:password@]host[:port][/db]}, {@code
   * redis+cluster://[[user]:password@]host[:port],host[:port],…} or {@code
   * redis+sentinel://[[user]:password@]host[:port],…/master[/db]}; with TLS {@code rediss…}. A
   * hyphen serves for the plus.
   *
   * @throws URISyntaxException when it is no URL
   */
  public static RedisUrl parse(String url) throws URISyntaxException {
    Matcher several = SEVERAL.matcher(url);
    if (!several.matches()) {
      return new RedisUrl(Kind.ONE, List.of(new URI(url)), "");
    }
    Kind kind = several.group(2).equals("cluster") ? Kind.CLUSTER : Kind.SENTINEL;
    String authority = several.group(3);
    String path = several.group(4);
    String master = "";
    Matcher named = MASTER.matcher(path);
    if (kind == Kind.SENTINEL && named.matches()) {
      master = named.group(1);
      path = named.group(2) == null ? "" : named.group(2);
    }
    int hosts = authority.lastIndexOf('@') + 1;
    var servers = new ArrayList<URI>();
    for (String host : authority.substring(hosts).split(",", -1)) {
      servers.add(new URI(several.group(1) + "://" + authority.substring(0, hosts) + host + path));
    }
    return new RedisUrl(kind, servers, master);
  }

  /** Whether keys of different slots can't be named in one call. */
  public boolean cluster() {
    return kind == Kind.CLUSTER;
  }

  /** Whether connections are to be encrypted. */
  public boolean tls() {
    return "rediss".equals(servers.getFirst().getScheme());
  }

  /** Who we are to the data servers. */
  public RedisLogin login() {
    String info = servers.getFirst().getRawUserInfo();
    if (info == null) {
      return RedisLogin.NONE;
    }
    String[] parts = info.split(":", 2);
    return new RedisLogin(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : null);
  }

  private static @Nullable String decoded(String part) {
    return part.isEmpty() ? null : URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
  }

  /** The same place by another user. */
  RedisUrl as(String userInfo) {
    var others = servers.stream().map(server -> URI.create(with(server, userInfo))).toList();
    return new RedisUrl(kind, others, master);
  }

  private static String with(URI server, String userInfo) {
    String host = server.getHost() + (server.getPort() < 0 ? "" : ":" + server.getPort());
    return server.getScheme() + "://" + userInfo + "@" + host + server.getRawPath();
  }

  /**
   * The URL in full, as it is parsed.
   *
   * @param usualPort for servers that name none
   */
  String text(int usualPort) {
    URI first = servers.getFirst();
    String user = first.getRawUserInfo() == null ? "" : first.getRawUserInfo() + "@";
    return start() + user + hosts(usualPort) + path();
  }

  /** The URL without user and password: fit for a log. */
  public String shown() {
    return start() + hosts(-1) + (master.isEmpty() ? "" : "/" + master);
  }

  private String path() {
    return (master.isEmpty() ? "" : "/" + master) + servers.getFirst().getRawPath();
  }

  private String start() {
    return servers.getFirst().getScheme() + kind.suffix + "://";
  }

  private String hosts(int usualPort) {
    var hosts =
        servers.stream()
            .map(one -> one.getHost() + ":" + (one.getPort() > 0 ? one.getPort() : usualPort))
            .toList();
    return String.join(",", hosts);
  }
}
