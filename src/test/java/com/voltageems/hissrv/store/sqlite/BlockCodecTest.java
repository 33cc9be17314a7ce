package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BlockCodecTest {
  @Test
  void whateverIsSealedComesBackToTheLastBit() {
    for (long seed = 1; seed <= 400; seed++) {
      var rows = randomRows(new Random(seed));
      assertThat(BlockCodec.decode(BlockCodec.encode(rows)).rows().toString())
          .as("seed %d", seed)
          .isEqualTo(rows.toString());
    }
  }

  @Test
  void aDamagedByteIsNoticedUnlessItMeansNothing() {
    var rows = randomRows(new Random(7));
    byte[] block = BlockCodec.encode(rows);
    int harmless = 0;
    for (int at = 0; at < Math.min(block.length, 500); at++) {
      byte[] damaged = block.clone();
      damaged[at] ^= 0x10;
      try {
        String read = BlockCodec.decode(damaged).rows().toString();
        assertThat(read).as("byte %d", at).isEqualTo(rows.toString());
        harmless++;
      } catch (DamagedException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
    assertThat(harmless).isLessThan(3);
  }

  @Test
  void aBlockCutShortIsNoticed() {
    byte[] block = BlockCodec.encode(randomRows(new Random(8)));
    for (int length = 0; length < block.length; length += 1 + block.length / 50) {
      byte[] cut = Arrays.copyOf(block, length);
      assertThatThrownBy(() -> BlockCodec.decode(cut)).isInstanceOf(DamagedException.class);
    }
  }

  @Test
  void aRowReadBackIsARowWritten() {
    for (long seed = 1; seed <= 200; seed++) {
      for (var fields : randomRows(new Random(seed)).values()) {
        assertThat(RowCodec.decode(RowCodec.encode(fields)).toString())
            .as("seed %d", seed)
            .isEqualTo(fields.toString());
      }
    }
  }

  @Test
  void steadyValuesCostNextToNothing() {
    var rows = new TreeMap<Long, SortedMap<Integer, FieldValue>>();
    for (long minute = 0; minute < 60; minute++) {
      rows.put(
          minute * 60_000_000_000L,
          new TreeMap<>(Map.of(1, FieldValue.of(60L), 2, FieldValue.of(230.5))));
    }
    assertThat(BlockCodec.encode(rows)).hasSizeLessThan(60);
  }

  private static NavigableMap<Long, SortedMap<Integer, FieldValue>> randomRows(Random random) {
    var values = new RandomValues(random);
    var rows = new TreeMap<Long, SortedMap<Integer, FieldValue>>();
    int count = 1 + random.nextInt(90);
    long step = random.nextBoolean() ? 60_000_000_000L : 0;
    long time = random.nextLong(-9_000_000_000_000_000_000L, 9_000_000_000_000_000_000L);
    int[] kinds = random.ints(1 + random.nextInt(6), 0, 9).toArray();
    boolean holes = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      time += step == 0 ? 1 + random.nextLong(1_000_000_000L) : step;
      var fields = new TreeMap<Integer, FieldValue>();
      for (int column = 0; column < kinds.length; column++) {
        if (!holes || random.nextInt(3) > 0) {
          fields.put(1 + column * 100, values.next(kinds[column]));
        }
      }
      if (!fields.isEmpty()) {
        rows.put(time, fields);
      }
    }
    return rows;
  }
}
