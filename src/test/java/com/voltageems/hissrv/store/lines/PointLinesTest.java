package com.voltageems.hissrv.store.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.lines.PointSource.Bad;
import com.voltageems.hissrv.store.lines.PointSource.Entry;
import com.voltageems.hissrv.store.lines.PointSource.Good;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointLinesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final int POINTS = 20_000;

  @Test
  void everyPointComesBackAlsoThoseThatInfluxHasNoLineFor() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("PointLinesTest seed " + seed);
    var random = new Random(seed);
    var lines = new LineProtocol();
    var written = new ArrayList<Point>();
    for (int i = 0; i < POINTS; i++) {
      Point point = LineProtocolTest.point(random);
      lines.addAny(
          point.series().measurement(), point.series().tags(), point.time(), point.fields());
      written.add(point);
    }

    List<Entry> read = read(new ByteArrayInputStream(lines.toBytes()));
    assertThat(read).hasSameSizeAs(written);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).isEqualTo(new Good(written.get(i)));
    }
  }

  @Test
  void itReadsWhatOthersWrite() throws IOException {
    assertThat(
            read(
                """
                # a comment, "open

                  cpu,host=a\\ b,zone=eu usage=.5,n=7u,ok=TRUE,text="a,b = \\"c\\" \\\\ \\n
                next"   1795348800000000000\r
                cpu f=1e3 1795348800000000000\
                """))
        .containsExactly(
            new Good(
                Point.of(
                    SeriesKey.of("cpu", Map.of("host", "a b", "zone", "eu")),
                    NOON,
                    Map.of(
                        "usage", FieldValue.of(0.5),
                        "n", FieldValue.of(7L),
                        "ok", FieldValue.of(true),
                        "text", FieldValue.of("a,b = \"c\" \\ \\n\nnext")))),
            new Good(
                Point.of(SeriesKey.of("cpu", Map.of()), NOON, Map.of("f", FieldValue.of(1000.0)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "m; 2; no fields",
        "m v=1; 6; no time",
        "m v=1 soon; 7; no time: a whole number",
        "m v= 1; 5; no value",
        "m v=x 1; 5; 'x' is no number",
        "m v=1x 1; 5; '1x' is no number",
        "m v=NaN 1; 5; 'NaN' is no number",
        "m v=9223372036854775808i 1; 5; 64 bits",
        "m v=1e999 1; 5; 64 bits",
        "m v=\"a\"b 1; 8; a comma, a space",
        "m =1 1; 3; no name",
        "m v=1,v=2 1; 7; twice",
        "m,t=a,t=b v=1 1; 7; twice",
        "m,t= v=1 1; 5; empty value",
        "m,t v=1 1; 4; = is expected",
        "m,t=a=b v=1 1; 6; second =",
        ",t=a v=1 1; 1; no measurement",
        "m v=1 -9223372036854775808; 7; out of range",
        "m v=\"open 1; 1; not closed",
        "#point {\"measurement\"; 22; Unexpected",
        "#point {\"measurement\":\"m\",\"time\":1}; 8; at least one field",
      })
  void aBadLineIsToldWithItsPlaceAndTheNextIsRead(String line, int column, String reason)
      throws IOException {
    List<Entry> read = read("\n" + line + "\nm v=\"2\" 1\n");

    assertThat(read).hasSize(2);
    assertThat(read.getFirst())
        .isInstanceOfSatisfying(
            Bad.class,
            bad -> {
              assertThat(bad.line()).isEqualTo(2);
              assertThat(bad.reason()).contains(reason);
              assertThat(bad.column()).isEqualTo(column);
              assertThat(bad.text()).isEqualTo(line);
            });
    assertThat(read.getLast()).isInstanceOf(Good.class);
  }

  @Test
  void whatIsNotUtf8IsTold() throws IOException {
    byte[] text = "m,t=a v=1 1\nm v=1 1\n".getBytes(UTF_8);
    text[4] = (byte) 0xE9;

    assertThat(read(new ByteArrayInputStream(text)).getFirst())
        .isInstanceOfSatisfying(Bad.class, bad -> assertThat(bad.reason()).contains("UTF-8"));
  }

  @Test
  void timesMayCountLess() throws IOException {
    for (var precision : Map.of("s", 1795348800L, "ms", 1795348800000L).entrySet()) {
      var lines =
          new PointLines(
              new ByteArrayInputStream(("m v=1 " + precision.getValue()).getBytes(UTF_8)),
              Precision.parse(precision.getKey()).orElseThrow());
      assertThat(lines.next())
          .isInstanceOfSatisfying(
              Good.class, good -> assertThat(good.point().time()).isEqualTo(NOON));
    }
  }

  @Test
  void aLineWithoutEndIsRefusedBeforeItFillsTheMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };

    assertThatThrownBy(() -> read(endless)).hasMessage("line 1 is longer than a mebibyte");
  }

  private static List<Entry> read(String text) throws IOException {
    return read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static List<Entry> read(InputStream in) throws IOException {
    var lines = new PointLines(in, Precision.NS);
    var entries = new ArrayList<Entry>();
    for (Entry entry = lines.next(); entry != null; entry = lines.next()) {
      entries.add(entry);
    }
    return entries;
  }
}
