package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The same text is the same double, whether Redis's Lua reads it or we do. */
class LiveNumberIT {
  private static final int TEXTS = 20_000;
  private static final int AT_ONCE = 1_000;
  private static final long SEED = 20261128;

  private static final String READ =
      "local read = {} "
          + "for i, text in ipairs(ARGV) do read[i] = string.format('%.17g', tonumber(text) or 0 / 0) end "
          + "return read";

  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "-",
          "+",
          ".",
          "-.",
          "5.",
          ".5",
          "-.5",
          "+.5",
          "00012",
          "-0",
          "0",
          "-0.0",
          "1e5",
          "1E-5",
          "1e",
          "e5",
          "1e999",
          "-1e999",
          "4.9e-324",
          "1e-400",
          "inf",
          "-inf",
          "nan",
          "INF",
          "infinity",
          "0x",
          "0x1F",
          "-0x1f",
          "0x1.8p3",
          "0x.8",
          "0x1p-1074",
          "1_000",
          "1,5",
          "1 2",
          " 12 ",
          "\t7\n",
          "1f",
          "1d",
          "1L",
          "--1",
          "+-1",
          "1.2.3",
          "123456789012345",
          "1234567890123456",
          "0.1234567890123456789",
          "999999999999999.9",
          "9007199254740993",
          "\u00a01");

  @TempDir Path folder;

  @Test
  void everyTextIsTheNumberThatRedisReads() {
    var random = new Random(SEED);
    var texts = new ArrayList<>(ODD);
    while (texts.size() < TEXTS) {
      texts.add(text(random));
    }
    try (var server = PrivateRedis.start(folder);
        var redis = RedisClient.create(server.url())) {
      for (int from = 0; from < TEXTS; from += AT_ONCE) {
        List<String> some = texts.subList(from, from + AT_ONCE);
        var read = (List<?>) redis.eval(READ, List.of(), some);
        for (int i = 0; i < AT_ONCE; i++) {
          assertThat((Double) LiveNumber.of(some.get(i).getBytes(StandardCharsets.UTF_8)))
              .as("seed %d, text \"%s\"", SEED, some.get(i))
              .isEqualTo((Double) finite(String.valueOf(read.get(i))));
        }
      }
    }
  }

  private static double finite(String read) {
    return read.contains("n") ? Double.NaN : Double.parseDouble(read);
  }

  /** As devices write them, mostly; else digits and signs in any order. */
  private static String text(Random random) {
    double value = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 12);
    return switch (random.nextInt(6)) {
      case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 1 -> String.format(Locale.ROOT, "%." + random.nextInt(12) + "f", value);
      case 2 -> Double.toString(value);
      case 3 -> String.format(Locale.ROOT, "%.16e", value);
      case 4 -> String.format(Locale.ROOT, "%.3f", random.nextGaussian() * 1_000);
      default -> {
        var any = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
          any.append("0123456789.+-eExXpP anif".charAt(random.nextInt(24)));
        }
        yield any.toString();
      }
    };
  }
}
