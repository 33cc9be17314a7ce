package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration, valid. {@link ConfigLoader} is the only way from YAML to one.
 *
 * @param mappings in file order; the first rule that matches a source decides
 * @param filters in file order; all that match a source apply
 * @param alerts in file order, each name once
 * @param influxdb where history goes; empty where the embedded store keeps it
 */
public record Config(
    ServiceConfig service,
    SiteConfig site,
    RedisConfig redis,
    AggregationConfig aggregation,
    List<MappingConfig> mappings,
    List<NamedAggregation> aggregations,
    SourcesConfig sources,
    List<FilterConfig> filters,
    StoreConfig store,
    PerformanceConfig performance,
    LoggingConfig logging,
    ApiConfig api,
    List<AlertConfig> alerts,
    LeaseConfig lease,
    BackupConfig backup,
    Optional<InfluxConfig> influxdb) {
  /** Copies the lists. */
  public Config {
    mappings = List.copyOf(mappings);
    aggregations = List.copyOf(aggregations);
    filters = List.copyOf(filters);
    alerts = List.copyOf(alerts);
  }

  /** Without alerts, in the embedded store. */
  public Config(
      ServiceConfig service,
      SiteConfig site,
      RedisConfig redis,
      AggregationConfig aggregation,
      List<MappingConfig> mappings,
      List<NamedAggregation> aggregations,
      SourcesConfig sources,
      List<FilterConfig> filters,
      StoreConfig store,
      PerformanceConfig performance,
      LoggingConfig logging,
      ApiConfig api) {
    this(
        service,
        site,
        redis,
        aggregation,
        mappings,
        aggregations,
        sources,
        filters,
        store,
        performance,
        logging,
        api,
        List.of(),
        LeaseConfig.defaults(),
        BackupConfig.defaults(),
        Optional.empty());
  }

  /** The same, but for what only a restart changes (see {@link Restart}): that is as it was. */
  Config runningOn(Config started) {
    return new Config(
        service,
        started.site,
        started.redis.withDataPatterns(redis.dataPatterns()),
        started.aggregation,
        mappings,
        aggregations,
        sources,
        filters,
        new StoreConfig(started.store.type(), started.store.path(), store.retention()),
        performance,
        logging,
        started.api.with(api.access()),
        alerts,
        started.lease,
        backup,
        started.influxdb);
  }

  /** What is allowed but hardly meant; a sentence each. */
  public List<String> warnings() {
    var warnings = new ArrayList<String>();
    int written = service.batchSize().orElse(performance.batchSize());
    if (written != performance.batchSize()) {
      warnings.add(
          "service.batch_size is %d and performance.batch_size %d: the latter holds; remove one"
              .formatted(written, performance.batchSize()));
    }
    if (backup.at().isPresent() && backup.every().isPresent()) {
      warnings.add("backup.at and backup.every both say when: the latter holds; remove one");
    }
    return List.copyOf(warnings);
  }
}
