package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code docs/new-data-source.md}, done as it says. */
class NewDataSourceIT {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir Path folder;

  private final List<String> done = new ArrayList<>();

  @Test
  void whatTheGuideShowsIsWhatHappens() throws IOException {
    String guide = Files.readString(Path.of("docs", "new-data-source.md"));
    try (var server = PrivateRedis.start(folder.resolve("redis"));
        var redis = RedisClient.create(server.url())) {
      BLOCK
          .matcher(guide)
          .results()
          .forEach(block -> follow(block.group(1), block.group(2), server, redis));
    }
    assertThat(done)
        .containsExactly(
            "redis-cli", "redis-cli", "yaml", "console", "yaml", "console", "yaml", "console");
  }

  private void follow(String kind, String text, PrivateRedis server, RedisClient redis) {
    switch (kind) {
      case "yaml" -> {
        write(text);
        done.add(kind);
      }
      case "console" -> {
        String[] lines = text.split("\n", 2);
        assertThat(lines[0]).startsWith("$ ./hissrv ");
        assertThat(output(lines[0].substring("$ ./hissrv ".length()), server.url()))
            .isEqualTo(lines[1]);
        done.add(kind);
      }
      default ->
          text.lines()
              .filter(line -> line.startsWith("redis-cli "))
              .forEach(line -> {
                set(line, redis);
                done.add("redis-cli");
              });
    }
  }

  private static void set(String line, RedisClient redis) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    assertThat(words.get(1)).isEqualTo("HSET");
    var fields = new HashMap<String, String>();
    for (int i = 3; i < words.size(); i += 2) {
      fields.put(words.get(i), words.get(i + 1));
    }
    redis.hset(words.get(2), fields);
  }

  private void write(String yaml) {
    try {
      Path _ = Files.writeString(folder.resolve("plant.yml"), yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String output(String call, String redisUrl) {
    var arguments = new ArrayList<>(Arrays.asList(call.split(" ", -1)));
    arguments.addAll(List.of("--redis-url", redisUrl));
    arguments.replaceAll(one -> one.endsWith(".yml") ? folder.resolve(one).toString() : one);
    var command = HisSrvCall.of(arguments);
    assertThat(command.code()).as("%s", command.errors()).isZero();
    return command.output().replace(folder + "/", "");
  }
}
