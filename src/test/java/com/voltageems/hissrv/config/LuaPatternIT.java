package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The check of patterns against the Lua that matches with them. */
class LuaPatternIT {
  private static final long SEED = 5;
  private static final String PIECES = "ab[]()%^$.*+-?0123bfz";

  /** Which of the patterns Lua refuses on at least one of these texts. */
  private static final String REFUSED =
      """
      local refused = {}
      for i, pattern in ipairs(ARGV) do
        refused[i] = 0
        for _, text in ipairs({'', 'a', 'b', 'ab', 'aab0', 'a(b)', '0123', '%[a]%', 'fbz'}) do
          if not pcall(string.find, text, pattern) then refused[i] = 1 end
        end
      end
      return refused
      """;

  @TempDir Path folder;

  @Test
  void whatTheCheckLetsPassLuaNeverRefuses() {
    var random = new Random(SEED);
    var passed = new ArrayList<String>();
    int held = 0;
    for (int i = 0; i < 60_000; i++) {
      var pattern = new StringBuilder();
      for (int length = random.nextInt(1, 9); length > 0; length--) {
        pattern.append(PIECES.charAt(random.nextInt(PIECES.length())));
      }
      if (LuaPattern.fault(pattern.toString()).isEmpty()) {
        passed.add(pattern.toString());
      } else {
        held++;
      }
    }
    passed.add("a plain ) is text");
    passed.add("()".repeat(32));
    passed.add("(a)%1");
    passed.add("((a)b)%2");
    assertThat(passed).as("seed %d", SEED).hasSizeGreaterThan(5_000);
    assertThat(held).isGreaterThan(5_000);
    assertThat(refused(passed)).as("seed %d", SEED).isEmpty();
  }

  @Test
  void whatTheCheckHoldsLuaRefuses() {
    var held =
        List.of(
            "%",
            "a%",
            "[a",
            "[^]",
            "[%",
            "[a%]",
            "%f",
            "%fa",
            "%b",
            "%bx",
            "(",
            "(a",
            ".)",
            "a-)",
            "%1",
            "%0",
            "(a%1)",
            "(a)%2",
            "()".repeat(33));
    assertThat(held).allSatisfy(one -> assertThat(LuaPattern.fault(one)).isPresent());
    assertThat(refused(held)).containsExactlyElementsOf(held);
    assertThat(LuaPattern.fault("a\0")).contains("write %z for a NUL");
  }

  private List<String> refused(List<String> patterns) {
    var refused = new ArrayList<String>();
    try (var server = PrivateRedis.start(folder);
        var redis = RedisClient.create(server.url())) {
      for (int from = 0; from < patterns.size(); from += 5_000) {
        List<String> some = patterns.subList(from, Math.min(from + 5_000, patterns.size()));
        var answers = (List<?>) redis.eval(REFUSED, List.of(), some);
        for (int i = 0; i < some.size(); i++) {
          if (answers.get(i).equals(1L)) {
            refused.add(some.get(i));
          }
        }
      }
    }
    return refused;
  }
}
