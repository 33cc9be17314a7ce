package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberTextTest {
  private final NumberText text = new NumberText();

  @Test
  void numbersAreWrittenAsJavaWritesThem() {
    var random = new Random(1);
    for (int i = 0; i < 300_000; i++) {
      double power = Math.pow(10, random.nextInt(0, 10));
      isAsJavaHasIt(random.nextLong(-20_000_000_000_000L, 20_000_000_000_000L) / power);
      isAsJavaHasIt(random.nextInt(-20_000, 20_000) / power);
      isAsJavaHasIt(random.nextGaussian() * power);
      isAsJavaHasIt(Double.longBitsToDouble(random.nextLong()));
    }
  }

  @Test
  void numbersAtTheEdgesAreWrittenAsJavaWritesThem() {
    for (double edge : new double[] {0, 1e-6, 1e-3, 1, 10, 1e6, 1e7, 9_999_999.999999, 0.1 + 0.2}) {
      for (double value : new double[] {edge, Math.nextUp(edge), Math.nextDown(edge)}) {
        isAsJavaHasIt(value);
        isAsJavaHasIt(-value);
      }
    }
  }

  private void isAsJavaHasIt(double value) {
    var line = new StringBuilder();
    text.append(line, value);
    assertThat(line.toString()).isEqualTo(Double.toString(value));
  }
}
