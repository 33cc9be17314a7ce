package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ColdStoreTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAY = 86_400;
  private static final int CYCLE_DAYS = 28;
  private static final int STEP_SECONDS = 10;
  private final Plant plant = new Plant(ZoneOffset.UTC);

  @Test
  void theRegisterNeverFallsButWhereItRollsOver() {
    double before = coldStore(0).energy();
    for (int second = STEP_SECONDS; second <= CYCLE_DAYS * DAY; second += STEP_SECONDS) {
      double now = coldStore(second).energy();
      assertThat(now).isBetween(0.0, 99.99);
      if (now < before) {
        assertThat(before).isGreaterThan(99.9);
        assertThat(now).isLessThan(0.1);
      }
      before = now;
    }
  }

  @Test
  void everyDayItRollsOverOnceOrTwice() {
    for (int day = 0; day < CYCLE_DAYS; day++) {
      int times = 0;
      for (int second = day * DAY; second < (day + 1) * DAY; second += 60) {
        if (coldStore(second + 60).energy() < coldStore(second).energy()) {
          times++;
        }
      }
      assertThat(times).as("day %d", day).isBetween(1, 2);
    }
  }

  @Test
  void withItsRollOversMadeGoodItCountsWhatThePowerAddsUpTo() {
    double first = coldStore(0).energy();
    double before = first;
    double power = 0;
    int rollOvers = 0;
    for (int second = STEP_SECONDS; second <= CYCLE_DAYS * DAY; second += STEP_SECONDS) {
      power += coldStore(second - STEP_SECONDS / 2).power() * STEP_SECONDS / 3600;
      double now = coldStore(second).energy();
      if (now < before) {
        rollOvers++;
      }
      assertThat(now + ColdStore.ROLL_OVER * rollOvers - first)
          .as("at %d s", second)
          .isCloseTo(power, within(0.05));
      before = now;
    }
    assertThat(rollOvers).isGreaterThanOrEqualTo(CYCLE_DAYS);
  }

  @Test
  void itsMeterHasTwoDecimals() {
    for (int second = 0; second < DAY; second += 60) {
      assertThat(plant.hashesAt(MONDAY.plusSeconds(second)).get("comsrv:1005:m"))
          .hasEntrySatisfying("2", text -> assertThat(text).matches("\\d{1,2}\\.\\d{2}0000"));
    }
  }

  @Test
  void theBuildingsUseWhatItUses() {
    for (int second = 0; second < CYCLE_DAYS * DAY; second += 60) {
      Readings now = plant.at(MONDAY.plusSeconds(second));
      assertThat(now.coldStore().power()).isBetween(3.5, 5.8);
      assertThat(now.loadPower() - now.charger().power())
          .isGreaterThanOrEqualTo(now.coldStore().power());
    }
  }

  private ColdStore.State coldStore(int second) {
    return plant.at(MONDAY.plusSeconds(second)).coldStore();
  }
}
