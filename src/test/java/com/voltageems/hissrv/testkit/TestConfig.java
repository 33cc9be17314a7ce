package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.LoggingConfig;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.config.ServiceConfig;
import com.voltageems.hissrv.config.SiteConfig;
import com.voltageems.hissrv.config.SourcesConfig;
import com.voltageems.hissrv.config.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The product page's configuration, on a test's own servers. */
public final class TestConfig {
  private TestConfig() {}

  public static Config of(String redisUrl, Path data) {
    return new Config(
        new ServiceConfig(
            "hissrv-test", Duration.ofSeconds(1), OptionalInt.empty(), Duration.ofSeconds(8)),
        SiteConfig.defaults(),
        new RedisConfig(redisUrl, List.of("archive:1m:*", "archive:5m:*", "archive:pending")),
        AggregationConfig.defaults(),
        List.of(
            new MappingConfig(
                Pattern.compile("comsrv:(\\d+):m"),
                "telemetry",
                List.of(new MappingConfig.Tag("channel", 1)),
                Map.of(
                    "1", new MappingConfig.Field("voltage", "V"),
                    "2", new MappingConfig.Field("current", "A"),
                    "3", new MappingConfig.Field("power", "kW")),
                false),
            new MappingConfig(
                Pattern.compile("modsrv:([^:]+):measurement"),
                "model_data",
                List.of(new MappingConfig.Tag("model", 1)),
                Map.of(),
                true)),
        List.of(),
        SourcesConfig.defaults(),
        List.of(),
        new StoreConfig(data, Retention.defaults()),
        new PerformanceConfig(
            1_000, Duration.ofMillis(100), 10_000, 3, 1L << 30, Duration.ofDays(30)),
        LoggingConfig.defaults(),
        new ApiConfig("127.0.0.1", 0));
  }
}
