package com.voltageems.hissrv.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code redis:}. Messages never show the URL: it may hold a password. */
final class RedisReader {
  private static final Pattern LEVEL_PATTERN = Pattern.compile("archive:([0-9]+[smhd]):\\*");
  private static final String QUEUE = "archive:pending";
  private static final String PATTERNS = "archive:<level>:* such as archive:1m:*, and " + QUEUE;
  private static final String URL =
      "redis://[[user]:password@]host[:port][/db],"
          + " redis+cluster://[[user]:password@]host[:port],host[:port],… or"
          + " redis+sentinel://[[user]:password@]host[:port],host[:port],…/master[/db];"
          + " with TLS rediss…";
  private static final int DEFAULT_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;

  private RedisReader() {}

  static RedisConfig read(Value value) {
    var section =
        Section.of(
            value,
            List.of(
                "url",
                "username",
                "password",
                "tls",
                "sentinel_username",
                "sentinel_password",
                "data_patterns"));
    var defaults = RedisConfig.defaults();
    Optional<RedisUrl> url = section.get("url").flatMap(RedisReader::url);
    boolean understood = url.isPresent() || section.get("url").isEmpty();
    RedisUrl place = url.orElseGet(() -> parsed(defaults.url()));
    RedisLogin login = login(section, "username", "password");
    RedisLogin sentinels = login(section, "sentinel_username", "sentinel_password");
    if (understood) {
      misplaced(section, place);
    }
    return new RedisConfig(
        text(place, login),
        section.get("tls").map(RedisTlsReader::read).orElseGet(RedisTls::defaults),
        sentinels,
        section.get("data_patterns").map(RedisReader::patterns).orElseGet(defaults::dataPatterns));
  }

  private static RedisLogin login(Section section, String user, String password) {
    String name = section.text(user, "");
    String word = section.get(password).flatMap(one -> one.text("a text")).orElse("");
    return new RedisLogin(name.isEmpty() ? null : name, word.isEmpty() ? null : word);
  }

  /** Settings that would have no effect, or contradict each other. */
  private static void misplaced(Section section, RedisUrl place) {
    boolean named = place.servers().getFirst().getRawUserInfo() != null;
    if (named) {
      refuse(section, "username", "redis.url has a user or password already: write them once");
      refuse(section, "password", "redis.url has a user or password already: write them once");
    } else if (section.get("password").isEmpty()) {
      refuse(section, "username", "\"password\" is missing");
    }
    if (!place.tls()) {
      refuse(section, "tls", "is for TLS, but redis.url does not start with rediss");
    }
    if (place.kind() != RedisUrl.Kind.SENTINEL) {
      String why = "is for Sentinels, but redis.url names none: write redis+sentinel://";
      refuse(section, "sentinel_username", why);
      refuse(section, "sentinel_password", why);
    } else if (section.get("sentinel_password").isEmpty()) {
      refuse(section, "sentinel_username", "\"sentinel_password\" is missing");
    }
  }

  private static void refuse(Section section, String key, String why) {
    section.get(key).ifPresent(value -> value.problem(why));
  }

  private static String text(RedisUrl place, RedisLogin login) {
    int port = place.kind() == RedisUrl.Kind.SENTINEL ? SENTINEL_PORT : DEFAULT_PORT;
    return (login.password() == null
            ? place
            : place.as(encoded(login.user()) + ":" + encoded(login.password())))
        .text(port);
  }

  private static String encoded(@Nullable String text) {
    return text == null ? "" : URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static RedisUrl parsed(String url) {
    try {
      return RedisUrl.parse(url);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<RedisUrl> url(Value value) {
    Optional<String> text = Section.notBlank(value, URL);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      var url = RedisUrl.parse(text.get());
      String wrong =
          url.servers().stream()
              .map(server -> wrong(server, url))
              .filter(problem -> !problem.isEmpty())
              .findFirst()
              .orElse("");
      if (wrong.isEmpty()) {
        return Optional.of(url);
      }
      value.problem(wrong + "; allowed is " + URL);
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

  private static String wrong(URI uri, RedisUrl url) {
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      return "the URL starts with neither redis nor rediss";
    }
    if (uri.getHost() == null) {
      return uri.getRawAuthority() != null && uri.getRawAuthority().contains(",")
          ? "the URL names several servers, but starts with neither redis+cluster:// nor"
              + " redis+sentinel://"
          : "the URL names no host";
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "found port " + uri.getPort();
    }
    return wrongBehindHost(uri, url);
  }

  private static String wrongBehindHost(URI uri, RedisUrl url) {
    if (url.cluster() && !uri.getRawPath().matches("/?|/0")) {
      return "a cluster has no databases, but something stands after the hosts";
    }
    boolean sentinel = url.kind() == RedisUrl.Kind.SENTINEL;
    if (sentinel && (url.master().isEmpty() || url.master().matches("\\d+"))) {
      return "after the Sentinels the master's name is missing, such as /mymaster";
    }
    if (!uri.getRawPath().matches("/?|/\\d{1,4}")) {
      return "found something that is not a database's number at the end";
    }
    return uri.getRawQuery() == null && uri.getRawFragment() == null
        ? ""
        : "found a query or a fragment (? or #) in the URL";
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
