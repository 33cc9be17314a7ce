package com.voltageems.hissrv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sizes that a test's own server can't have. */
class MemoryWatchTest {
  private final MemoryWatch watch = new MemoryWatch("redis");

  private static String info(long usedMiB, long mostMiB, long systemMiB) {
    return "# Memory\r\nused_memory:%d\r\ntotal_system_memory:%d\r\nmaxmemory:%d\r\n"
            .formatted(usedMiB << 20, systemMiB << 20, mostMiB << 20)
        + "maxmemory_policy:noeviction\r\n";
  }

  @Test
  void withoutABoundTheMachineIsTheBound() {
    watch.read(info(700, 0, 1_000));
    assertThat(watch.warning()).isEmpty();
    watch.read(info(801, 0, 1_000));
    assertThat(watch.warning()).get().asString().contains("801", "1000 MiB", "set maxmemory");
  }

  @Test
  void theWarningEndsWellBelowWhereItBegins() {
    watch.read(info(79, 100, 1_000));
    assertThat(watch.warning()).isEmpty();
    watch.read(info(81, 100, 1_000));
    watch.read(info(77, 100, 1_000));
    assertThat(watch.warning()).isPresent();
    watch.read(info(74, 100, 1_000));
    assertThat(watch.warning()).isEmpty();
    watch.read(info(77, 100, 1_000));
    assertThat(watch.warning()).isEmpty();
  }

  @Test
  void anAnswerThatTellsNothingWarnsOfNothing() {
    watch.read("used_memory:many\r\nnonsense\r\n:\r\n");
    assertThat(watch.warning()).isEmpty();
  }
}
