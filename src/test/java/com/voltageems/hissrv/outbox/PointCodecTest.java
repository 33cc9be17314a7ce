package com.voltageems.hissrv.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PointCodecTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.000000007Z");

  @Test
  void whatIsOnDiskStaysReadable() {
    var point =
        Point.of(
            SeriesKey.of("m", Map.of("k", "v")),
            TIME,
            Map.of(
                "b", FieldValue.of(true),
                "f", FieldValue.of(1.5),
                "i", FieldValue.of(-2),
                "s", FieldValue.of("ä")));
    String onDisk =
        "01 00000001 6d 00000001 00000001 6b 00000001 76 0000000069a42a40 00000007 00000004"
            + " 00000001 62 62 01 00000001 66 66 3ff8000000000000"
            + " 00000001 69 69 fffffffffffffffe 00000001 73 73 00000002 c3a4";

    assertThat(HexFormat.of().formatHex(PointCodec.encode(point)))
        .isEqualTo(onDisk.replace(" ", ""));
    assertThat(PointCodec.decode(HexFormat.of().parseHex(onDisk.replace(" ", ""))))
        .isEqualTo(point);
  }

  @Test
  void anyTextAndAnySizeComesBack() {
    var fields = new TreeMap<String, FieldValue>();
    for (int i = 0; i < 2_000; i++) {
      fields.put("voltage_" + i, FieldValue.of(i / 7.0));
      fields.put("电压" + i, FieldValue.of("\uD83D\uDD0B".repeat(i % 50) + i));
    }
    var point = Point.of(SeriesKey.of("mé", Map.of("站", "一")), TIME, fields);
    assertThat(PointCodec.decode(PointCodec.encode(point))).isEqualTo(point);
  }

  @Test
  void everyCutAndAnyLengthIsFound() {
    byte[] whole =
        PointCodec.encode(
            Point.of(
                SeriesKey.of("m", Map.of("k", "v")), TIME, Map.of("s", FieldValue.of("text"))));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatIllegalArgumentException().isThrownBy(() -> PointCodec.decode(cut));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PointCodec.decode("\u0001nonsense".getBytes(StandardCharsets.UTF_8)));
  }
}
