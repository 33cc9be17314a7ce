package com.voltageems.hissrv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The commands that the product page watches Redis with, as they stand there. */
class RecipesIT {
  private static final Path PAGE = Path.of("docs/product-page.zh.md");
  private static final Instant WINDOW = Instant.ofEpochSecond(1_704_067_200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(WINDOW);

  @Test
  void eachShowsWhatThePageSays() throws Exception {
    List<String> commands = commands();
    assertThat(commands).hasSize(4).allMatch(command -> command.startsWith("redis-cli "));
    try (var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var service = HisSrv.replay(TestConfig.of(redis.url(), folder.resolve("data")), clock)) {
      Path bin = Files.createDirectory(folder.resolve("bin"));
      Path cli =
          Files.writeString(
              bin.resolve("redis-cli"),
              "#!/bin/sh\nPATH=${PATH#*:}\nexec redis-cli -p %d \"$@\"\n"
                  .formatted(URI.create(redis.url()).getPort()));
      assertThat(cli.toFile().setExecutable(true)).isTrue();

      neighbour.hset("comsrv:1001:m", Map.of("1", "230.5"));
      service.aggregation().sample();
      clock.set(WINDOW.plusSeconds(61));
      int _ = service.aggregation().closeDue();

      assertThat(run(bin, commands.get(0))).contains("archive:1m:1704067200:1001");
      assertThat(run(bin, commands.get(1)).lines())
          .contains("source", "comsrv:1001:m", "230.5 230.5 230.5 1 230.5");
      assertThat(run(bin, commands.get(3)).strip()).isEqualTo("1");

      Path seen = folder.resolve("seen");
      // Through a pipe grep would keep what it found to itself.
      Process watching =
          process(bin, commands.get(2).replace("grep", "grep --line-buffered"))
              .redirectOutput(seen.toFile())
              .start();
      try {
        Await.until(
            "the monitor shows a call",
            PATIENCE,
            () -> {
              clock.set(clock.instant().plusSeconds(1));
              service.aggregation().sample();
              return text(seen).contains("\"EVALSHA\"");
            });
      } finally {
        watching.descendants().forEach(ProcessHandle::destroyForcibly);
        watching.destroyForcibly();
      }
    }
  }

  /** Of the page's block under the heading on watching Redis. */
  private static List<String> commands() throws IOException {
    var block =
        Pattern.compile("### Redis监控\\s+```bash\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    return block.group(1).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static String run(Path bin, String command) throws Exception {
    Process process = process(bin, command).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static ProcessBuilder process(Path bin, String command) {
    var builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
    builder.environment().merge("PATH", bin.toString(), (path, ours) -> ours + ":" + path);
    return builder;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
