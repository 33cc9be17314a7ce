package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.Random;

/** Values as sites have them, and as nobody would expect them. */
final class RandomValues {
  private static final double[] ODD_FLOATS = {
    0.0,
    -0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_NORMAL,
    1e16,
    0.1,
    0x1p53 + 2,
    123456789.123456,
    1e-6,
    1e-7,
    -1e22,
    0x1p53,
    0x1p63
  };
  private static final long[] ODD_INTEGERS = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1
  };
  private static final String[] ODD_TEXTS = {
    "", " ", "\u0000", "电压", "\uD83D\uDD0B", "\uFFFF", "a".repeat(3_000), "\"\\\n,="
  };

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  /** A kind of column; {@link #next} draws from one kind. */
  int kind() {
    return random.nextInt(9);
  }

  FieldValue next(int kind) {
    return switch (kind) {
      case 0 -> FieldValue.of(Math.rint(random.nextGaussian() * 1e8) / 1e6);
      case 1 -> FieldValue.of(Math.rint(random.nextGaussian() * 1e4) / 10);
      case 2 -> FieldValue.of(random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
      case 3 -> FieldValue.of(ODD_FLOATS[random.nextInt(ODD_FLOATS.length)]);
      case 4 -> FieldValue.of((long) random.nextInt(100));
      case 5 -> FieldValue.of(ODD_INTEGERS[random.nextInt(ODD_INTEGERS.length)]);
      case 6 -> FieldValue.of(random.nextBoolean());
      case 7 -> FieldValue.of(ODD_TEXTS[random.nextInt(ODD_TEXTS.length)]);
      default -> next(random.nextInt(8));
    };
  }
}
