package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WeatherStationTest {
  private static final Instant HOUR = Instant.parse("2026-03-04T10:00:00Z");
  private static final String KEY = "comsrv:1006:m";
  private final Plant plant = new Plant(ZoneOffset.UTC);

  @Test
  void whenTheLinkBreaksItsLastValuesAndTimesStandForNinetySeconds() {
    Map<String, String> last = hash(KEY, 20 * 60);
    assertThat(last).isNotNull().isNotEqualTo(hash(KEY, 20 * 60 - 1));
    for (int second = 20 * 60; second < 20 * 60 + 90; second++) {
      assertThat(hash(KEY, second)).isEqualTo(last);
      assertThat(hash(KEY + ":ts", second))
          .hasSize(3)
          .containsValue(Long.toString(HOUR.plusSeconds(20 * 60).toEpochMilli()));
    }
  }

  @Test
  void thenItsKeysAreGoneAndTheOthersAreNot() {
    for (int second = 21 * 60 + 30; second < 26 * 60 + 10; second++) {
      assertThat(plant.hashesAt(HOUR.plusSeconds(second)))
          .doesNotContainKeys(KEY, KEY + ":ts")
          .hasSize(2 * 5 + 1);
    }
  }

  @Test
  void fromTenPastTwentySixToTwentyPastItIsThereWithThatMomentsValues() {
    for (int second = 26 * 60 + 10; second < 80 * 60; second++) {
      Instant moment = HOUR.plusSeconds(second);
      assertThat(plant.hashesAt(moment).get(KEY + ":ts"))
          .containsValue(Long.toString(moment.toEpochMilli()));
      assertThat(hash(KEY, second)).isNotEqualTo(hash(KEY, second - 1));
    }
  }

  @Test
  void itDropsOutEveryHourByTheSitesClock() {
    var halfHour = new Plant(ZoneOffset.ofHoursMinutes(5, 30));
    for (int hour = 0; hour < 48; hour++) {
      Instant away = HOUR.plus(Duration.ofHours(hour)).plusSeconds(24 * 60);
      assertThat(plant.hashesAt(away)).doesNotContainKey(KEY);
      assertThat(halfHour.hashesAt(away)).containsKey(KEY);
      assertThat(halfHour.hashesAt(away.plusSeconds(30 * 60))).doesNotContainKey(KEY);
    }
  }

  @Test
  void aSourceIsLiveWhenItHasAHash() {
    for (int second = 0; second < 3600; second += 10) {
      Instant moment = HOUR.plusSeconds(second);
      assertThat(Plant.SOURCES)
          .filteredOn(source -> plant.isLive(source, moment))
          .isEqualTo(
              Plant.SOURCES.stream().filter(plant.hashesAt(moment).keySet()::contains).toList());
    }
  }

  @Test
  void itMeasuresTheSunThatThePanelsSee() {
    for (int minute = 0; minute < 1440; minute++) {
      Readings now = plant.at(HOUR.plusSeconds(minute * 60L));
      assertThat(now.weather().irradiance() / 1000 * 42).isCloseTo(now.pvPower(), within(1e-9));
      assertThat(now.weather().irradiance()).isBetween(0.0, 1000.0);
      assertThat(now.weather().panelTemperature()).isBetween(4.0, 48.0);
      assertThat(now.weather().windSpeed()).isBetween(0.0, 6.0);
    }
  }

  private @Nullable Map<String, String> hash(String key, int second) {
    return plant.hashesAt(HOUR.plusSeconds(second)).get(key);
  }
}
