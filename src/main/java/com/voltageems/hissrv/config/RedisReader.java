package com.voltageems.hissrv.config;

import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code redis:}. Messages never show the URL: it may hold a password. */
final class RedisReader {
  private static final Pattern LEVEL_PATTERN = Pattern.compile("archive:([0-9]+[smhd]):\\*");
  private static final String QUEUE = "archive:pending";
  private static final String PATTERNS = "archive:<level>:* such as archive:1m:*, and " + QUEUE;
  private static final String URL =
      "redis://[[user]:password@]host[:port][/db] or"
          + " redis+cluster://[[user]:password@]host[:port],host[:port],…";
  private static final int DEFAULT_PORT = 6379;

  private RedisReader() {}

  static RedisConfig read(Value value) {
    var section = Section.of(value, List.of("url", "data_patterns"));
    var defaults = RedisConfig.defaults();
    return new RedisConfig(
        section.get("url").flatMap(RedisReader::url).orElse(defaults.url()),
        section.get("data_patterns").map(RedisReader::patterns).orElseGet(defaults::dataPatterns));
  }

  private static Optional<String> url(Value value) {
    Optional<String> text = Section.notBlank(value, URL);
    if (text.isEmpty()) {
      return text;
    }
    try {
      var url = RedisUrl.parse(text.get());
      String wrong =
          url.servers().stream()
              .map(server -> wrong(server, url.cluster()))
              .filter(problem -> !problem.isEmpty())
              .findFirst()
              .orElse("");
      if (wrong.isEmpty()) {
        return Optional.of(withPorts(url));
      }
      value.problem(wrong + ", allowed is " + URL);
    } catch (URISyntaxException e) {
      value.problem(
          "is not a URL: "
              + e.getReason()
              + "; allowed is "
              + URL
              + ", special characters of a password percent-encoded");
    }
    return Optional.empty();
  }

  private static String wrong(URI uri, boolean cluster) {
    String scheme = String.valueOf(uri.getScheme());
    if (scheme.equals("rediss")) {
      return "TLS to Redis ('rediss') is not built yet in this version";
    }
    if (!scheme.equals("redis")) {
      return "the URL does not start with redis:// or redis+cluster://";
    }
    if (uri.getHost() == null) {
      return uri.getRawAuthority() != null && uri.getRawAuthority().contains(",")
          ? "the URL names several servers, but does not start with redis+cluster://"
          : "the URL names no host";
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "found port " + uri.getPort();
    }
    if (cluster && !uri.getRawPath().matches("/?|/0")) {
      return "a cluster has no databases, but something stands after the hosts";
    }
    if (!uri.getRawPath().matches("/?|/\\d{1,4}")) {
      return "after the host found something that is not a database's number";
    }
    return uri.getRawQuery() == null && uri.getRawFragment() == null
        ? ""
        : "found a query or a fragment (? or #) in the URL";
  }

  private static String withPorts(RedisUrl url) {
    URI first = url.servers().getFirst();
    String user = first.getRawUserInfo() == null ? "" : first.getRawUserInfo() + "@";
    String hosts = url.servers().stream().map(RedisReader::withPort).collect(joining(","));
    return (url.cluster() ? "redis+cluster://" : "redis://") + user + hosts + first.getRawPath();
  }

  private static String withPort(URI server) {
    return server.getHost() + ":" + (server.getPort() > 0 ? server.getPort() : DEFAULT_PORT);
  }

  private static List<String> patterns(Value value) {
    String allowed = "a list of " + PATTERNS;
    List<Value> items = value.items(allowed);
    var patterns = new LinkedHashSet<String>();
    for (Value item : items) {
      String pattern = Section.notBlank(item, PATTERNS).orElse("");
      if (pattern.isEmpty()) {
        continue;
      }
      if (!pattern.equals(QUEUE) && !LEVEL_PATTERN.matcher(pattern).matches()) {
        item.problem(
            "found "
                + item.shown()
                + ", which is not built yet in this version; allowed are "
                + PATTERNS);
      } else if (patterns.contains(pattern)) {
        item.problem(item.shown() + " is given twice");
      } else {
        patterns.add(pattern);
      }
    }
    if (items.isEmpty()) {
      value.mismatch(allowed);
    }
    return List.copyOf(patterns);
  }
}
