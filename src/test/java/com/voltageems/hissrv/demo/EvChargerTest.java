package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvChargerTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int CYCLE_DAYS = 28;
  private static final int STEP_SECONDS = 10;
  private final Plant plant = new Plant(ZoneOffset.UTC);

  @Test
  void thePowerIsFromNothingToElevenKilowattsAndTheChargerIsIdleAtNight() {
    double highest = 0;
    for (int second = 0; second < CYCLE_DAYS * 86_400; second += 60) {
      double power = charger(second).power();
      assertThat(power).isBetween(0.0, 11.0);
      highest = Math.max(highest, power);
      int hour = second % 86_400 / 3600;
      if (hour < 8 || hour == 23) {
        assertThat(power).isZero();
      }
    }
    assertThat(highest).isEqualTo(11);
  }

  @Test
  void everyDayHasASessionAndSomeHaveTwo() {
    boolean two = false;
    for (int day = 0; day < CYCLE_DAYS; day++) {
      int sessions = 0;
      for (int minute = 1; minute < 1440; minute++) {
        int second = day * 86_400 + minute * 60;
        if (charger(second - 60).power() == 0 && charger(second).power() > 0) {
          sessions++;
        }
      }
      assertThat(sessions).as("sessions of day %d", day).isBetween(1, 2);
      two |= sessions == 2;
    }
    assertThat(two).isTrue();
  }

  @Test
  void aSessionsEnergyIsTheIntegralOfItsPowerAndBeginsAtNothing() {
    double before = charger(0).sessionEnergy();
    double powerBefore = 0;
    double integral = before;
    int resets = 0;
    for (int second = STEP_SECONDS; second <= CYCLE_DAYS * 86_400; second += STEP_SECONDS) {
      EvCharger.State now = charger(second);
      if (now.sessionEnergy() < before) {
        assertThat(powerBefore).as("a session is over before the next begins").isZero();
        assertThat(now.sessionEnergy()).isLessThan(0.05);
        integral = now.sessionEnergy();
        resets++;
      } else {
        integral += (powerBefore + now.power()) / 2 * STEP_SECONDS / 3600;
      }
      assertThat(now.sessionEnergy()).isCloseTo(integral, within(0.01));
      before = now.sessionEnergy();
      powerBefore = now.power();
    }
    assertThat(resets).isGreaterThanOrEqualTo(CYCLE_DAYS);
  }

  @Test
  void betweenSessionsTheLastOnesEnergyStands() {
    double evening = charger(23 * 3600).sessionEnergy();
    assertThat(evening).isGreaterThan(2);
    assertThat(charger(24 * 3600).sessionEnergy()).isEqualTo(evening);
    assertThat(charger((24 + 7) * 3600).sessionEnergy()).isEqualTo(evening);
    assertThat(charger(0).sessionEnergy())
        .as("a cycle later")
        .isEqualTo(charger(CYCLE_DAYS * 86_400).sessionEnergy());
  }

  @Test
  void itsPointsAreVoltageCurrentPowerAndSessionEnergy() {
    int second = 0;
    while (charger(second).power() == 0) {
      second += 60;
    }
    Instant charging = MONDAY.plusSeconds(second);
    Readings now = plant.at(charging);
    assertThat(now.charger().power()).isPositive();
    assertThat(Math.sqrt(3) * now.gridVoltage() * now.chargerCurrent() / 1000)
        .isCloseTo(now.charger().power(), within(1e-9));
    var points = Objects.requireNonNull(plant.hashesAt(charging).get("comsrv:1004:m"));
    assertThat(Double.parseDouble(Objects.requireNonNull(points.get("3"))))
        .isCloseTo(now.charger().power(), within(1e-6));
    assertThat(Double.parseDouble(Objects.requireNonNull(points.get("4"))))
        .isCloseTo(now.charger().sessionEnergy(), within(1e-6));
  }

  private EvCharger.State charger(int second) {
    return plant.at(MONDAY.plusSeconds(second)).charger();
  }
}
