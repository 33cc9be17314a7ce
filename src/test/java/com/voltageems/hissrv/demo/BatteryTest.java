package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BatteryTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAY = 86_400;
  private static final int CYCLE_DAYS = 28;
  private static final int STEP_SECONDS = 10;
  private final Plant plant = new Plant(ZoneOffset.UTC);

  @Test
  void atEveryMomentTheStateOfChargeIsWhatThePowerAddedUpTo() {
    double held = battery(0).stateOfCharge() / 100 * Battery.CAPACITY;
    for (int second = 0; second < CYCLE_DAYS * DAY; second += STEP_SECONDS) {
      double power = battery(second + STEP_SECONDS / 2).power();
      double intoCells = power < 0 ? -power * Battery.EFFICIENCY : -power / Battery.EFFICIENCY;
      held += intoCells * STEP_SECONDS / 3600;
      assertThat(battery(second + STEP_SECONDS).stateOfCharge())
          .isCloseTo(100 * held / Battery.CAPACITY, within(0.05));
    }
  }

  @Test
  void itIsNeverEmptyNorOverfull() {
    double highest = 0;
    for (int second = 0; second < CYCLE_DAYS * DAY; second += STEP_SECONDS) {
      double charge = battery(second).stateOfCharge();
      assertThat(charge).isBetween(9.9, 95.1);
      highest = Math.max(highest, charge);
    }
    assertThat(highest).as("on a sunny day it gets full").isGreaterThan(90);
  }

  @Test
  void lessComesOutThanWentInAndMoreThanNineTenths() {
    for (int day = 0; day < CYCLE_DAYS; day++) {
      double in = 0;
      double out = 0;
      for (int second = 0; second < DAY; second += STEP_SECONDS) {
        double power = battery(day * DAY + second).power();
        in += Math.max(0, -power);
        out += Math.max(0, power);
      }
      assertThat(out / in).as("day %d", day).isBetween(0.90, 0.94);
    }
  }

  @Test
  void byDayItIsChargedByTheSunOnlyAndItDeliversInTheEveningOnly() {
    for (int second = 0; second < CYCLE_DAYS * DAY; second += 60) {
      Readings now = plant.at(MONDAY.plusSeconds(second));
      double power = now.battery().power();
      double hour = second % DAY / 3600.0;
      assertThat(power).isBetween(-12.01, 9.01);
      if (power < 0 && hour > 5.02) {
        assertThat(-power).isLessThanOrEqualTo(now.pvPower() - now.loadPower() + 0.01);
      }
      if (power > 0) {
        assertThat(hour == 0 || hour >= 17).as("delivers at %s", hour).isTrue();
        assertThat(now.gridPower()).as("it feeds nothing into the grid").isGreaterThan(-0.01);
      }
    }
  }

  @Test
  void everyEveningItDelivers() {
    for (int day = 0; day < CYCLE_DAYS; day++) {
      double before = battery(day * DAY + 17 * 3600).stateOfCharge();
      double after = battery((day + 1) * DAY).stateOfCharge();
      assertThat(before - after).as("day %d", day).isGreaterThan(20);
    }
  }

  @Test
  void theCellsVoltageRisesWithWhatTheyHoldAndSagsWhenTheyDeliver() {
    for (int second = 0; second < CYCLE_DAYS * DAY; second += 60) {
      Battery.State now = battery(second);
      double atRest = 350 + 40 * now.stateOfCharge() / 100;
      assertThat(now.voltage() * now.current() / 1000).isCloseTo(now.power(), within(1e-9));
      if (now.power() > 1) {
        assertThat(now.voltage()).isLessThan(atRest);
      } else if (now.power() < -1) {
        assertThat(now.voltage()).isGreaterThan(atRest);
      } else if (now.power() == 0) {
        assertThat(now.voltage()).isCloseTo(atRest, within(0.06));
      }
    }
  }

  @Test
  void workWarmsItAndTheTemperatureNeverJumps() {
    double before = battery(0).temperature();
    double warmest = before;
    for (int second = 60; second <= CYCLE_DAYS * DAY; second += 60) {
      double now = battery(second).temperature();
      assertThat(now).isBetween(19.0, 32.0).isCloseTo(before, within(0.2));
      warmest = Math.max(warmest, now);
      before = now;
    }
    assertThat(warmest).isGreaterThan(25);
  }

  @Test
  void itGoesOnWhereACycleEnds() {
    for (int day = 0; day <= CYCLE_DAYS; day++) {
      Instant midnight = MONDAY.plusSeconds((long) day * DAY);
      Battery.State before = plant.at(midnight.minusMillis(1)).battery();
      Battery.State at = plant.at(midnight).battery();
      assertThat(at.stateOfCharge()).isCloseTo(before.stateOfCharge(), within(1e-4));
      assertThat(at.power()).isCloseTo(before.power(), within(1e-3));
      assertThat(at.temperature()).isCloseTo(before.temperature(), within(1e-3));
    }
  }

  private Battery.State battery(int second) {
    return plant.at(MONDAY.plusSeconds(second)).battery();
  }
}
