package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code influxdb:} What is not given is empty; a bucket or a database always is.
 *
 * @param urls at least one, the preferred first: {@code http} or {@code https}, host, port and
 *     perhaps a path, which all requests start with; no user, no query
 * @param access where in the server, and as whom
 * @param gzip whether what is written is compressed
 * @param timeout the longest a request may take, body and answer
 * @param caFile certificates in PEM that are trusted beside the JDK's own; relative to the working
 *     directory
 * @param concurrency most requests at a time
 * @param buckets of levels that do not go where all others go
 */
public record InfluxConfig(
    List<URI> urls,
    InfluxVersion version,
    Access access,
    boolean gzip,
    Duration timeout,
    Optional<Path> caFile,
    int concurrency,
    Map<Level, String> buckets) {
  /** What holds for a key that is absent. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What holds for a key that is absent. */
  public static final int CONCURRENCY = 4;

  /** Copies list and map. */
  public InfluxConfig {
    urls = List.copyOf(urls);
    buckets = Map.copyOf(buckets);
  }

  /** All levels in one place, at one address. */
  public InfluxConfig(
      URI url,
      InfluxVersion version,
      Access access,
      boolean gzip,
      Duration timeout,
      Optional<Path> caFile,
      int concurrency) {
    this(List.of(url), version, access, gzip, timeout, caFile, concurrency);
  }

  /** All levels in one place. */
  public InfluxConfig(
      List<URI> urls,
      InfluxVersion version,
      Access access,
      boolean gzip,
      Duration timeout,
      Optional<Path> caFile,
      int concurrency) {
    this(urls, version, access, gzip, timeout, caFile, concurrency, Map.of());
  }

  /** The same with all levels in another bucket, on 1.x a database of that name. */
  public InfluxConfig in(String bucket) {
    var there =
        new Access(
            access.org(), bucket, access.token(), "", "", access.username(), access.password());
    return new InfluxConfig(urls, version, there, gzip, timeout, caFile, concurrency);
  }

  /**
   * Where in the server, and as whom. Its text never shows a secret.
   *
   * @param database of 1.x; where it is empty, the bucket's name is the database's
   * @param retentionPolicy of 1.x; empty for the database's default
   */
  public record Access(
      String org,
      String bucket,
      String token,
      String database,
      String retentionPolicy,
      String username,
      String password) {
    /** The database for those that know databases. */
    public String databaseOrBucket() {
      return database.isEmpty() ? bucket : database;
    }

    /** The bucket for those that know buckets: 1.8 names one by database and retention policy. */
    public String bucketOrDatabase() {
      if (!bucket.isEmpty()) {
        return bucket;
      }
      return retentionPolicy.isEmpty() ? database : database + "/" + retentionPolicy;
    }

    @Override
    public String toString() {
      return "Access[org=%s, bucket=%s, token=%s, database=%s, retentionPolicy=%s, username=%s, password=%s]"
          .formatted(
              org, bucket, hidden(token), database, retentionPolicy, username, hidden(password));
    }

    private static String hidden(String secret) {
      return secret.isEmpty() ? "" : Secrets.MASK;
    }
  }
}
