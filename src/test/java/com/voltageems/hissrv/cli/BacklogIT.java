package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The service with the heap it ships with, before more than fits into it. */
class BacklogIT {
  private static final int SOURCES = 8;
  private static final int MINUTES = 60;
  private static final int POINTS = 1_128;
  private static final int DOCUMENTS = 40;
  private static final int DOCUMENT_FIELDS = 24_000;

  @TempDir Path folder;

  @Test
  void anHourOfALargeSiteAndLargeDocumentsAreBroughtToTheStore() throws IOException {
    int port = HisSrvProcess.freePort();
    try (var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var api = new Api(port)) {
      for (int minute = 0; minute < MINUTES; minute++) {
        var _ = neighbour.eval(ARCHIVES, List.of(), List.of(Integer.toString(minute)));
      }
      var _ = neighbour.eval(LARGE_DOCUMENTS, List.of(), List.of());
      neighbour.lpush("archive:pending", "[" + "5 MB".repeat(1_310_720) + "]");
      Path config = Files.writeString(folder.resolve("hissrv.yml"), config(redis.url(), port));
      try (var service = HisSrvProcess.start(folder, "run", "--config", config.toString())) {
        api.awaitUp(Duration.ofSeconds(30));
        Await.until(
            "all is stored",
            Duration.ofMinutes(2),
            () -> {
              assertThat(service.isAlive()).as("alive; it said %s", service.output()).isTrue();
              return stored(api) == SOURCES * MINUTES + DOCUMENTS;
            });
        assertThat(api.get("/status").orElseThrow().get("failed").longValue()).isEqualTo(1);
        service.signal("TERM");
        assertThat(service.awaitExit()).isEqualTo(143);
      }
    }
  }

  private static long stored(Api api) {
    return api.get("/status")
        .map(status -> status.get("processed"))
        .map(JsonNode::longValue)
        .orElse(0L);
  }

  private static final String ARCHIVES =
      """
      local start = 1700000040 + 60 * ARGV[1]
      for source = 1, %d do
        local key = 'archive:1m:' .. start .. ':' .. source
        redis.call('HSET', key, 'source', 'comsrv:' .. source .. ':m', 'timestamp', start,
          'revision', 1, 'stats', 'avg min max count sum')
        for point = 1, %d do
          redis.call('HSET', key, point, '230.123456 229.5 231.25 60 13807.40736')
        end
        redis.call('LPUSH', 'archive:pending', key)
      end
      """
          .formatted(SOURCES, POINTS);

  private static final String LARGE_DOCUMENTS =
      """
      local fields = {}
      for i = 1, %d do fields[i] = '"a_field_of_some_length_' .. i .. '":' .. i end
      fields = table.concat(fields, ',')
      for i = 1, %d do
        redis.call('LPUSH', 'archive:pending', '{"timestamp":' .. 1700000000 + i ..
          ',"measurement":"large","fields":{' .. fields .. '}}')
      end
      """
          .formatted(DOCUMENT_FIELDS, DOCUMENTS);

  private static String config(String redisUrl, int port) {
    return """
    service: {polling_interval: 1s}
    redis: {url: "%s"}
    store: {type: sqlite, path: data}
    api: {host: 127.0.0.1, port: %d}
    mappings:
      - source_pattern: "comsrv:(\\\\d+):m"
        measurement: telemetry
        tags: [{name: channel, source: capture, index: 1}]
        field_mappings: {"*": direct}
    """
        .formatted(redisUrl, port);
  }
}
