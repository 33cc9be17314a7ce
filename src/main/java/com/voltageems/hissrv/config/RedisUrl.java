package com.voltageems.hissrv.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where Redis is.
 *
 * @param cluster whether the servers are nodes of a Redis Cluster; one that answers is enough to
 *     find the others
 * @param servers each as {@code redis[s]://[[user]:password@]host[:port][/db]}; one where there is
 *     no cluster. Not checked
 */
public record RedisUrl(boolean cluster, List<URI> servers) {
  private static final String CLUSTER_SCHEME = "+cluster";

  /** Copies the list. */
  public RedisUrl {
    servers = List.copyOf(servers);
  }

  /**
   * Reads {@code redis://[[user]:password@]host[:port][/db]} or {@code
   * redis+cluster://[[user]:password@]host[:port],host[:port],…}.
   *
   * @throws URISyntaxException when it is no URL
   */
  public static RedisUrl parse(String url) throws URISyntaxException {
    String[] parts = url.split(Pattern.quote(CLUSTER_SCHEME + "://"), 2);
    if (parts.length == 1) {
      return new RedisUrl(false, List.of(new URI(url)));
    }
    String authority = parts[1].split("[/?#]", 2)[0];
    String path = parts[1].substring(authority.length());
    int hosts = authority.lastIndexOf('@') + 1;
    var servers = new ArrayList<URI>();
    for (String host : authority.substring(hosts).split(",", -1)) {
      servers.add(new URI(parts[0] + "://" + authority.substring(0, hosts) + host + path));
    }
    return new RedisUrl(true, servers);
  }

  /** The URL without user and password: fit for a log. */
  public String shown() {
    var hosts = servers.stream().map(server -> server.getHost() + ":" + server.getPort()).toList();
    return servers.getFirst().getScheme()
        + (cluster ? CLUSTER_SCHEME : "")
        + "://"
        + String.join(",", hosts);
  }
}
