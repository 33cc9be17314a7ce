package com.voltageems.hissrv.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;

/** The definition of the statistics, written down once more and differently: exact sums. */
public final class ExpectedStatistics {
  private final List<Double> values = new ArrayList<>();

  public void add(double value) {
    values.add(value);
  }

  public void verifyCount(double count, String name) {
    assertThat(count).as(name + " count").isEqualTo(values.size());
  }

  public void verifyMin(double min, String name) {
    assertThat(min + 0.0).as(name + " min").isEqualTo(Collections.min(values) + 0.0);
  }

  public void verifyMax(double max, String name) {
    assertThat(max + 0.0).as(name + " max").isEqualTo(Collections.max(values) + 0.0);
  }

  public void verifySum(double sum, String name) {
    assertThat(sum).as(name + " sum").isCloseTo(exactSum(), tolerance());
  }

  public void verifyAvg(double avg, String name) {
    assertThat(avg).as(name + " avg").isCloseTo(exactSum() / values.size(), tolerance());
  }

  private double exactSum() {
    var sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum.doubleValue();
  }

  private Offset<Double> tolerance() {
    return within(1e-12 * values.stream().mapToDouble(Math::abs).sum());
  }
}
