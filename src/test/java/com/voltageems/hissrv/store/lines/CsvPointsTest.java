package com.voltageems.hissrv.store.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CsvPointsTest {
  @Test
  void aLineIsAPoint() throws Exception {
    assertThat(
            read(
                null,
                """
                \uFEFFtime,channel,voltage,on,note,code\r
                2026-01-29T10:30:00+08:00,1001,230.5,true,"a ""b"",
                c",007\r
                \r
                2026-01-29 02:31:00Z,,1e3,,,\r
                """))
        .containsExactly(
            new PointSource.Good(
                Point.of(
                    SeriesKey.of("m", Map.of("channel", "1001", "interval", "1m")),
                    Instant.parse("2026-01-29T02:30:00Z"),
                    Map.of(
                        "voltage", FieldValue.of(230.5),
                        "on", FieldValue.of(true),
                        "note", FieldValue.of("a \"b\",\nc"),
                        "code", FieldValue.of("007")))),
            new PointSource.Good(
                Point.of(
                    SeriesKey.of("m", Map.of("interval", "1m")),
                    Instant.parse("2026-01-29T02:31:00Z"),
                    Map.of("voltage", FieldValue.of(1000.0)))));
  }

  @Test
  void whatIsNoPointIsNamedAndPassedOver() throws Exception {
    assertThat(
            read(Precision.S, "time,channel,code,v\n1,a,,2,3\nx,a,,2\n1,a,,\n1,\"a,,2\n2,a,,5\n"))
        .map(entry ->
            switch (entry) {
              case PointSource.Bad bad -> bad.where();
              case PointSource.Good good -> good.point().time().toString();
            })
        .containsExactly(
            "line 2, column 1: it has 5 cells, not 4 as the first line",
            "line 3, column 1: column time: 'x' is no time; a whole number (s) is expected",
            "line 4, column 1: there are no fields",
            "line 5, column 1: a quote is opened and not closed",
            "1970-01-01T00:00:02Z");
  }

  @Test
  void aHeadWithoutTheColumnsIsRefused() {
    assertThatThrownBy(() -> read(null, "")).hasMessageContaining("it is empty");
    assertThatThrownBy(() -> read(null, "time,v\n"))
        .hasMessage("there is no column 'channel', only time, v");
    assertThatThrownBy(() -> read(null, "time,v,v\n"))
        .hasMessage("a column is there twice: time, v, v");
  }

  private static List<PointSource.Entry> read(@Nullable Precision precision, String text)
      throws IOException, BadLineException {
    var source =
        new CsvPoints(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            new CsvPoints.Columns(
                "m",
                "time",
                precision,
                Set.of("channel"),
                Map.of("interval", "1m"),
                Set.of("code")));
    var entries = new ArrayList<PointSource.Entry>();
    for (var entry = source.next(); entry != null; entry = source.next()) {
      entries.add(entry);
    }
    return entries;
  }
}
