package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code influxdb:}. Messages never show a secret, nor the URL: it may hold one. */
final class InfluxReader {
  private static final List<String> KEYS =
      List.of(
          "url",
          "org",
          "bucket",
          "token",
          "version",
          "database",
          "retention_policy",
          "username",
          "password",
          "compression",
          "timeout",
          "ca_file",
          "concurrency",
          "buckets");

  static final List<String> COMPRESSIONS = List.of("gzip", "none");

  private static final String URL = "http://host[:port] or https://host[:port]";
  private static final String SECRET =
      "a text without spaces and line ends, best from ${VAR} or ${file:PATH}";
  private static final String PEM = "a file with certificates in PEM";
  private static final int MOST_REQUESTS = 64;
  private static final Map<String, InfluxVersion> VERSIONS =
      Map.of(
          "auto", InfluxVersion.AUTO,
          "1", InfluxVersion.V1,
          "2", InfluxVersion.V2,
          "3", InfluxVersion.V3);

  private final Value value;
  private final Section section;

  private InfluxReader(Value value) {
    this.value = value;
    section = Section.of(value, KEYS);
  }

  /**
   * Empty (and a problem) when it does not say where the server is.
   *
   * @param elsewhere another place for {@code compression}
   */
  static Optional<InfluxConfig> read(Value value, Optional<Value> elsewhere) {
    return new InfluxReader(value).read(elsewhere);
  }

  private Optional<InfluxConfig> read(Optional<Value> elsewhere) {
    List<URI> urls = section.require("url").map(InfluxReader::urls).orElseGet(List::of);
    InfluxVersion version =
        section.get("version").flatMap(InfluxReader::version).orElse(InfluxVersion.AUTO);
    InfluxConfig.Access access = access();
    check(version, access);
    Optional<String> here = section.get("compression").flatMap(v -> v.word(COMPRESSIONS));
    Optional<String> there = elsewhere.flatMap(v -> v.word(COMPRESSIONS));
    if (here.isPresent() && there.isPresent() && !here.equals(there)) {
      elsewhere.get().problem("influxdb.compression says \"" + here.get() + "\": write it once");
    }
    boolean gzip = here.or(() -> there).orElse("gzip").equals("gzip");
    Duration timeout =
        section.duration(
            "timeout", InfluxConfig.TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(10));
    Optional<Path> ca = section.get("ca_file").flatMap(InfluxReader::file);
    int concurrency = section.integer("concurrency", InfluxConfig.CONCURRENCY, 1, MOST_REQUESTS);
    return urls.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new InfluxConfig(urls, version, access, gzip, timeout, ca, concurrency, buckets()));
  }

  private Map<Level, String> buckets() {
    var buckets = new LinkedHashMap<Level, String>();
    section
        .get("buckets")
        .filter(given -> !given.isNull())
        .ifPresent(given ->
            given
                .entries("a mapping of levels to buckets, such as 5m: ems_5m")
                .forEach((name, bucket) -> {
                  Optional<Level> level = Level.parse(name);
                  if (level.isEmpty()) {
                    bucket.keyProblem(
                        Value.quoted(name) + " is no level; allowed is " + RetentionReader.LEVEL);
                  }
                  Optional<String> text = Section.notBlank(bucket, "a bucket's name");
                  if (level.isPresent() && text.isPresent()) {
                    buckets.put(level.get(), text.get());
                  }
                }));
    return buckets;
  }

  private InfluxConfig.Access access() {
    return new InfluxConfig.Access(
        section.text("org", ""),
        section.text("bucket", ""),
        section.get("token").flatMap(InfluxReader::secret).orElse(""),
        section.text("database", ""),
        section.text("retention_policy", ""),
        section.text("username", ""),
        section.get("password").flatMap(v -> v.text("a text")).orElse(""));
  }

  private void check(InfluxVersion version, InfluxConfig.Access access) {
    boolean placed = section.get("bucket").isPresent() || section.get("database").isPresent();
    if (!placed) {
      value.problem(
          version == InfluxVersion.V1
              ? "\"database\" is missing"
              : "\"bucket\" is missing (or \"database\", for InfluxDB 1.x)");
    }
    if (version == InfluxVersion.V2 && section.get("org").isEmpty() && !access.bucket().isEmpty()) {
      value.problem("\"org\" is missing, which version 2 needs");
    }
    if (version == InfluxVersion.V1) {
      section
          .get("token")
          .ifPresent(v ->
              v.keyProblem("version 1 knows no token; it takes \"username\" and \"password\""));
    }
    if (section.get("username").isEmpty()) {
      section.get("password").ifPresent(v -> v.keyProblem("needs a \"username\""));
    }
  }

  /** One address, or a list of several. */
  private static List<URI> urls(Value value) {
    value.shape().text();
    if (!value.isList()) {
      return url(value).stream().toList();
    }
    List<Value> items = value.items(URL);
    if (items.isEmpty()) {
      value.problem("the list is empty, allowed is " + URL + ", or a list of these");
    }
    var urls = new ArrayList<URI>();
    for (Value item : items) {
      url(item)
          .ifPresent(url -> {
            if (urls.contains(url)) {
              item.problem("is in the list twice");
            }
            urls.add(url);
          });
    }
    return urls;
  }

  private static Optional<URI> url(Value value) {
    Optional<String> text = Section.notBlank(value, URL);
    try {
      Optional<URI> url = text.isPresent() ? Optional.of(new URI(text.get())) : Optional.empty();
      String wrong = url.map(InfluxReader::wrong).orElse("");
      if (wrong.isEmpty()) {
        return url.map(InfluxReader::withoutSlash);
      }
      value.problem(wrong + ", allowed is " + URL);
    } catch (URISyntaxException e) {
      value.problem("is not a URL: " + e.getReason() + "; allowed is " + URL);
    }
    return Optional.empty();
  }

  private static String wrong(URI url) {
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return "the URL does not start with http:// or https://";
    }
    if (url.getHost() == null) {
      return "the URL names no host";
    }
    if (url.getPort() == 0 || url.getPort() > 65_535) {
      return "found port " + url.getPort();
    }
    if (url.getRawUserInfo() != null) {
      return "a user stands in the URL; write \"username\" and \"password\" instead";
    }
    return url.getRawQuery() == null && url.getRawFragment() == null
        ? ""
        : "found a query or a fragment (? or #) in the URL";
  }

  private static URI withoutSlash(URI url) {
    return URI.create(url.toString().replaceFirst("/+$", ""));
  }

  private static Optional<String> secret(Value value) {
    Optional<String> text = value.text(SECRET).map(String::strip);
    if (text.isPresent() && !text.get().matches("[!-~]+")) {
      value.problem("is empty or has a character that no token has; allowed is " + SECRET);
      return Optional.empty();
    }
    return text;
  }

  /** Text, not a word of some: YAML's 2 is a number to an editor. */
  private static Optional<InfluxVersion> version(Value value) {
    String allowed = "auto, 1, 2 or 3";
    Optional<String> text = value.text(allowed);
    Optional<InfluxVersion> found = text.flatMap(word -> Optional.ofNullable(VERSIONS.get(word)));
    if (text.isPresent() && found.isEmpty()) {
      value.mismatch(allowed);
    }
    return found;
  }

  private static Optional<Path> file(Value value) {
    Optional<String> text = Section.notBlank(value, PEM);
    try {
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      value.mismatch(PEM);
      return Optional.empty();
    }
  }
}
