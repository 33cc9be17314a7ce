package com.voltageems.hissrv.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.testkit.ParquetTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetWriterTest {
  private static final List<String> COLUMNS =
      List.of("time", "channel", "note", "v", "n", "ok", "never");
  private static final Instant START = Instant.parse("2026-01-29T00:00:00Z");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 1_000, 200_000})
  void anIndependentReaderReadsWhatWasWritten(int count) {
    List<List<@Nullable Object>> rows = rows(new Random(count), START, count);

    ParquetTable read = ParquetTable.of(file(rows));

    assertThat(read.rows()).isEqualTo(rows.stream().map(ParquetWriterTest::byName).toList());
    assertThat(read.columns()).hasSize(COLUMNS.size());
    assertThat(read.groups()).isEqualTo(count == 0 ? 0 : count < 10_000 ? 1 : read.groups());
  }

  @Test
  void manyRowsAreWrittenInGroupsWhileTheyCome() {
    var out = new ByteArrayOutputStream();
    var writer = new ParquetWriter(() -> out, TimeUnit.MICROS, COLUMNS);
    rows(new Random(1), START, 300_000).forEach(writer::row);

    assertThat(out.size()).as("written before the end").isGreaterThan(1_000_000);
    writer.end();
    assertThat(ParquetTable.of(out.toByteArray()).groups()).isGreaterThan(2);
  }

  @Test
  void filesOneAfterTheOtherBecomeOneByAnotherEnd() throws IOException {
    Path joined = folder.resolve("joined");
    var all = new ArrayList<List<@Nullable Object>>();
    var ends = new ArrayList<Long>(List.of(0L));
    var bytes = new ByteArrayOutputStream();
    for (int part = 0; part < 4; part++) {
      // The first has nothing but a time; the third is empty.
      List<List<@Nullable Object>> rows =
          part == 0
              ? List.of(Arrays.asList(START, null, null, null, null, null, null))
              : rows(new Random(part), START.plusSeconds(part), part == 2 ? 0 : 500);
      all.addAll(rows);
      bytes.writeBytes(file(rows));
      ends.add((long) bytes.size());
    }
    Files.write(joined, bytes.toByteArray());

    try (var channel = FileChannel.open(joined)) {
      var parts = new ParquetParts(channel);
      long rows = 0;
      for (int i = 1; i < ends.size(); i++) {
        rows += parts.add(ends.get(i - 1), ends.get(i));
      }
      assertThat(rows).isEqualTo(all.size());
      try (var end = Files.newOutputStream(joined, StandardOpenOption.APPEND)) {
        parts.end(end);
      }
    }

    assertThat(ParquetTable.of(Files.readAllBytes(joined)).rows())
        .isEqualTo(all.stream().map(ParquetWriterTest::byName).toList());
  }

  @Test
  void partsThatDoNotGoTogetherAreRefused() throws IOException {
    byte[] one = file(List.of(Arrays.asList(START, "a", null, 1.0, null, null, null)));
    byte[] other = file(List.of(Arrays.asList(START, "a", null, "x", null, null, null)));
    Path joined = folder.resolve("joined");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(one);
    bytes.writeBytes(other);
    Files.write(joined, bytes.toByteArray());

    try (var channel = FileChannel.open(joined)) {
      var parts = new ParquetParts(channel);
      assertThat(parts.add(0, one.length)).isEqualTo(1);
      assertThatThrownBy(() -> parts.add(one.length, bytes.size()))
          .isInstanceOf(UnsuitableException.class)
          .hasMessageContaining("'v'");
      assertThatThrownBy(() -> parts.add(0, one.length - 3)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aValueOfAnotherTypeIsRefusedUnlessNothingIsLost() {
    List<@Nullable Object> first = Arrays.asList(START, null, null, 0.5, 1L, null, null);

    assertThat(file(List.of(first, Arrays.asList(START, null, null, 7L, 1L, null, null))))
        .isNotEmpty();
    for (Object value : List.of("x", true, (1L << 53) + 1)) {
      assertThatThrownBy(
              () -> file(List.of(first, Arrays.asList(START, null, null, value, 1L, null, null))))
          .isInstanceOf(UnsuitableException.class);
    }
    assertThatThrownBy(() ->
            file(List.of(Arrays.asList(START.plusNanos(1), null, null, null, null, null, null))))
        .isInstanceOf(UnsuitableException.class)
        .hasMessageContaining("microseconds");
  }

  private static byte[] file(List<List<@Nullable Object>> rows) {
    var out = new ByteArrayOutputStream();
    var writer = new ParquetWriter(() -> out, TimeUnit.MICROS, COLUMNS);
    rows.forEach(writer::row);
    writer.end();
    return out.toByteArray();
  }

  /** Runs and noise, few texts and many, much that is absent. */
  private static List<List<@Nullable Object>> rows(Random random, Instant start, int count) {
    var rows = new ArrayList<List<@Nullable Object>>();
    for (int i = 0; i < count; i++) {
      rows.add(
          Arrays.asList(
              start.plusMillis(i),
              "channel " + i / 10 % 300,
              random.nextInt(3) == 0 ? "ü" + random.nextInt() : null,
              i % 100 < 50 ? random.nextDouble() : null,
              random.nextInt(9) == 0 ? null : random.nextLong(),
              random.nextInt(4) == 0 ? null : random.nextBoolean(),
              null));
    }
    return rows;
  }

  private static Map<String, Object> byName(List<@Nullable Object> row) {
    var cells = new TreeMap<String, Object>();
    for (int i = 0; i < row.size(); i++) {
      Object cell = row.get(i);
      if (cell != null) {
        cells.put(COLUMNS.get(i), cell);
      }
    }
    return cells;
  }
}
