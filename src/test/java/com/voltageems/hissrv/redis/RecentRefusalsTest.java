package com.voltageems.hissrv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentRefusalsTest {
  @Test
  void aRefusalIsToldForTenSecondsAfterItsLastTime() {
    var nanos = new AtomicLong(Long.MAX_VALUE - 5);
    var refusals = new RecentRefusals(nanos::get);
    assertThat(refusals.last()).isEmpty();
    refusals.add("no right");
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(refusals.last()).contains("no right");
    refusals.add("still none");
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(refusals.last()).contains("still none");
    nanos.incrementAndGet();
    assertThat(refusals.last()).isEmpty();
  }
}
