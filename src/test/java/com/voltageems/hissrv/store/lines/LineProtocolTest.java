package com.voltageems.hissrv.store.lines;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final int POINTS = 20_000;
  private static final String[] LETTERS = {
    "a", "Z", "0", " ", ",", "=", "\"", "'", "\\", "\n", "\t", "é", "电", "\uD83D\uDD0B", "#", "\0"
  };

  private final LineProtocol lines = new LineProtocol();

  @Test
  void aPointIsALine() {
    lines.add(
        Point.of(
            SeriesKey.of("tele metry", Map.of("b", "2", "a", "x=y,z")),
            NOON.plusNanos(1),
            Map.of(
                "f", FieldValue.of(0.1),
                "i", FieldValue.of(-7L),
                "t", FieldValue.of(true),
                "s", FieldValue.of("a \"b\"\\\n"))));

    assertThat(text())
        .isEqualTo(
            "tele\\ metry,a=x\\=y\\,z,b=2 f=0.1,i=-7i,s=\"a \\\"b\\\"\\\\\n\",t=t"
                + " 1795348800000000001\n");
  }

  @Test
  void whatIsNotRefusedComesBackThroughAnotherParser() {
    long seed = new Random().nextLong();
    System.out.println("LineProtocolTest seed " + seed);
    var random = new Random(seed);
    var written = new ArrayList<Point>();
    int refused = 0;
    for (int i = 0; i < POINTS; i++) {
      Point point = point(random);
      if (lines.add(point) == null) {
        written.add(point);
      } else {
        refused++;
      }
    }

    List<Point> read = LineParser.parse(text());
    assertThat(read).hasSameSizeAs(written);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).isEqualTo(written.get(i));
    }
    assertThat(written).hasSizeGreaterThan(POINTS / 10);
    assertThat(refused).isGreaterThan(POINTS / 10);
  }

  @Test
  void timesAreNanosecondsToTheEndsOfTime() {
    for (Instant time :
        List.of(
            Point.EARLIEST,
            Point.LATEST.minusNanos(1),
            Instant.EPOCH,
            Instant.EPOCH.minusNanos(1),
            Instant.EPOCH.minusSeconds(1))) {
      lines.clear();
      Point point = Point.of(SeriesKey.of("m", Map.of()), time, Map.of("v", FieldValue.of(1L)));
      lines.add(point);
      assertThat(LineParser.parse(text())).containsExactly(point);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\0", "ends\\", "be\\,fore", "be\\ fore", "\uD83D", "\uDD0Bx"})
  void aTagThatWouldNotComeBackIsRefusedAndLeavesNothing(String value) {
    lines.add(of("m", "ok"));
    int size = lines.size();

    assertThat(lines.add(of("m", value))).isNotNull();
    assertThat(lines.size()).isEqualTo(size);
    assertThat(lines.add(of("m", "ok"))).isNull();
  }

  @Test
  void namesThatInfluxKeepsForItselfAreRefused() {
    assertThat(lines.add(of("#m", "t"))).contains("comment");
    assertThat(
            lines.add(
                Point.of(SeriesKey.of("m", Map.of()), NOON, Map.of("time", FieldValue.of(1L)))))
        .contains("\"time\"");
    assertThat(lines.size()).isZero();
  }

  private static Point of(String measurement, String tag) {
    return Point.of(
        SeriesKey.of(measurement, Map.of("t", tag)), NOON, Map.of("v", FieldValue.of(1L)));
  }

  static Point point(Random random) {
    var tags = new TreeMap<String, String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tags.put(word(random), word(random));
    }
    var fields = new TreeMap<String, FieldValue>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      fields.put(word(random), value(random));
    }
    return new Point(
        new SeriesKey(word(random), tags),
        Instant.ofEpochSecond(
            random.nextLong(Point.EARLIEST.getEpochSecond(), Point.LATEST.getEpochSecond()),
            random.nextInt(1_000_000_000)),
        fields);
  }

  private static FieldValue value(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> FieldValue.of(random.nextLong() >> random.nextInt(64));
      case 1 -> FieldValue.of(random.nextBoolean());
      case 2 -> FieldValue.of(word(random));
      default -> {
        double any = Double.longBitsToDouble(random.nextLong());
        yield FieldValue.of(Double.isFinite(any) ? any : -0.0);
      }
    };
  }

  private static String word(Random random) {
    var word = new StringBuilder();
    int kinds = random.nextBoolean() ? LETTERS.length : 4;
    for (int i = random.nextInt(6); i >= 0; i--) {
      word.append(LETTERS[random.nextInt(kinds)]);
    }
    return word.toString();
  }

  private String text() {
    return new String(lines.toBytes(), StandardCharsets.UTF_8);
  }
}
