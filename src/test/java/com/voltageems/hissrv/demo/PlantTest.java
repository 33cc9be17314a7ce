package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlantTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-03-04T00:00:00Z");
  private static final int CYCLE_DAYS = 28;
  private final Plant plant = new Plant(ZoneOffset.UTC);

  @Test
  void theSameInstantHasTheSameValuesWhateverWasAskedBefore() {
    Instant moment = Instant.parse("2026-03-04T10:20:30.4Z");
    Map<String, Map<String, String>> first = plant.hashesAt(moment);
    plant.hashesAt(moment.minus(Duration.ofDays(40)));
    assertThat(plant.hashesAt(moment)).isEqualTo(first);
    assertThat(new Plant(ZoneOffset.UTC).hashesAt(moment)).isEqualTo(first);
  }

  @Test
  void theSunShinesByTheSitesClock() {
    Instant moment = Instant.parse("2026-03-04T03:00:00Z");
    assertThat(plant.at(moment).pvPower()).isZero();
    assertThat(new Plant(ZoneOffset.ofHours(8)).at(moment).pvPower())
        .isEqualTo(plant.at(moment.plus(Duration.ofHours(8))).pvPower())
        .isPositive();
  }

  @Test
  void atNightThereIsNoPv() {
    for (int day = 0; day < CYCLE_DAYS; day++) {
      Instant midnight = MIDNIGHT.plus(Duration.ofDays(day));
      assertThat(pv(minutes(midnight, 0, 6))).containsOnly(0.0);
      assertThat(pv(minutes(midnight, 18, 24))).containsOnly(0.0);
    }
  }

  @Test
  void overTheDaysPvIsHighestAtNoonAndDaysDiffer() {
    List<Double> dayEnergies = days().map(day -> mean(pv(minutes(day, 6, 18))) * 12).toList();
    double[] byHour =
        IntStream.range(6, 18)
            .mapToDouble(hour ->
                days()
                    .mapToDouble(day -> mean(pv(minutes(day, hour, hour + 1))))
                    .average()
                    .orElseThrow())
            .toArray();
    int best =
        IntStream.range(0, byHour.length)
            .boxed()
            .max(Comparator.comparingDouble(i -> byHour[i]))
            .orElseThrow();
    assertThat(best + 6).isBetween(11, 12);
    assertThat(byHour[6]).isGreaterThan(3 * byHour[1]);
    assertThat(dayEnergies.stream().max(Comparator.naturalOrder()).orElseThrow())
        .isGreaterThan(1.5 * dayEnergies.stream().min(Comparator.naturalOrder()).orElseThrow());
  }

  @Test
  void theLoadPeaksInTheMorningAndInTheEvening() {
    double night = load(2);
    assertThat(load(7)).isGreaterThan(2 * night);
    assertThat(load(19)).isGreaterThan(2 * night);
    assertThat(load(19)).isGreaterThan(load(22));
  }

  @Test
  void powerIsExportedOnSomeMinutesAndImportedOnOthers() {
    List<Double> grid =
        minutes(MIDNIGHT, 0, 24).stream().map(m -> plant.at(m).gridPower()).toList();
    assertThat(grid).anyMatch(p -> p < -1).anyMatch(p -> p > 1);
  }

  @Test
  void loadIsPvPlusBatteryPlusGridAndPowerIsVoltageTimesCurrent() {
    for (Instant moment : minutes(MIDNIGHT, 0, 24)) {
      Readings now = plant.at(moment);
      assertThat(now.pvPower() + now.battery().power() + now.gridPower())
          .isCloseTo(now.loadPower(), within(1e-9));
      assertThat(Math.sqrt(3) * now.gridVoltage() * now.gridCurrent() / 1000)
          .isCloseTo(now.gridPower(), within(1e-9));
      assertThat(Math.sqrt(3) * now.pvVoltage() * now.pvCurrent() / 1000)
          .isCloseTo(now.pvPower(), within(1e-9));
      assertThat(now.gridVoltage()).isBetween(395.0, 405.0);
      assertThat(now.frequency()).isBetween(49.97, 50.03);
      assertThat(now.loadPower()).isPositive();
      assertThat(now.selfSufficiency()).isBetween(0.0, 100.0);
    }
  }

  @Test
  void fromOneSecondToTheNextValuesMoveButLittle() {
    double noon = 12 * 3600;
    List<Readings> readings =
        LongStream.range(0, 600)
            .mapToObj(s -> plant.at(MIDNIGHT.plusSeconds((long) noon + s)))
            .toList();
    for (int i = 1; i < readings.size(); i++) {
      Readings before = readings.get(i - 1);
      Readings after = readings.get(i);
      assertThat(after).isNotEqualTo(before);
      assertThat(after.pvPower()).isCloseTo(before.pvPower(), within(1.0));
      assertThat(after.loadPower()).isCloseTo(before.loadPower(), within(1.0));
    }
  }

  @Test
  void theCounterNeverFallsAndCountsWhatIsImported() {
    double kilowattSeconds = 0;
    double last = plant.at(MIDNIGHT).energyImported();
    double atMidnight = last;
    for (int second = 1; second <= 86_400; second++) {
      Readings now = plant.at(MIDNIGHT.plusSeconds(second));
      assertThat(now.energyImported()).isGreaterThanOrEqualTo(last);
      last = now.energyImported();
      kilowattSeconds += Math.max(0, now.gridPower());
    }
    double expected = kilowattSeconds / 3600;
    assertThat(expected).isGreaterThan(50);
    assertThat(last - atMidnight).isCloseTo(expected, within(expected * 1e-4));
  }

  @Test
  void theCounterGoesOnWhereACycleEnds() {
    for (int day = 0; day <= CYCLE_DAYS; day++) {
      Instant midnight = MIDNIGHT.plus(Duration.ofDays(day));
      double before = plant.at(midnight.minusMillis(1)).energyImported();
      double at = plant.at(midnight).energyImported();
      assertThat(at - before).isBetween(0.0, 0.0001);
    }
  }

  @Test
  void theHashesAreThoseTheNeighboursWrite() {
    Instant moment = Instant.parse("2026-03-04T10:10:30.4Z");
    Map<String, Map<String, String>> hashes = plant.hashesAt(moment);
    assertThat(hashes)
        .containsOnlyKeys(
            "comsrv:1001:m",
            "comsrv:1001:m:ts",
            "comsrv:1002:m",
            "comsrv:1002:m:ts",
            "comsrv:1003:m",
            "comsrv:1003:m:ts",
            "comsrv:1004:m",
            "comsrv:1004:m:ts",
            "comsrv:1005:m",
            "comsrv:1005:m:ts",
            "comsrv:1006:m",
            "comsrv:1006:m:ts",
            "modsrv:plant:measurement");
    Map<String, String> inverter = Objects.requireNonNull(hashes.get("comsrv:1001:m"));
    Map<String, String> meter = Objects.requireNonNull(hashes.get("comsrv:1002:m"));
    assertThat(inverter).containsOnlyKeys("1", "2", "3");
    assertThat(meter).containsOnlyKeys("1", "2", "3", "4", "5");
    assertThat(hashes.get("comsrv:1003:m")).containsOnlyKeys("1", "2", "3", "4", "5");
    assertThat(hashes.get("comsrv:1004:m")).containsOnlyKeys("1", "2", "3", "4");
    assertThat(hashes.get("comsrv:1005:m")).containsOnlyKeys("1", "2");
    assertThat(hashes.get("comsrv:1006:m")).containsOnlyKeys("1", "2", "3");
    assertThat(hashes.get("modsrv:plant:measurement"))
        .containsOnlyKeys(
            "pv_power",
            "load_power",
            "battery_power",
            "charger_power",
            "grid_power",
            "self_consumption",
            "self_sufficiency")
        .containsEntry("pv_power", inverter.get("3"))
        .containsEntry("grid_power", meter.get("3"));
    hashes.forEach((key, fields) ->
        assertThat(fields.values())
            .as(key)
            .allMatch(text ->
                key.endsWith(":ts")
                    ? text.equals(Long.toString(moment.toEpochMilli()))
                    : text.matches("-?\\d+\\.\\d{6}")));
  }

  private double load(int hour) {
    return mean(
        minutes(MIDNIGHT, hour, hour + 1).stream().map(m -> plant.at(m).loadPower()).toList());
  }

  private List<Double> pv(List<Instant> moments) {
    return moments.stream().map(m -> plant.at(m).pvPower()).toList();
  }

  private static Stream<Instant> days() {
    return IntStream.range(0, CYCLE_DAYS).mapToObj(d -> MIDNIGHT.plus(Duration.ofDays(d)));
  }

  private static List<Instant> minutes(Instant midnight, int fromHour, int toHour) {
    var minutes = new ArrayList<Instant>();
    for (int minute = fromHour * 60; minute < toHour * 60; minute++) {
      minutes.add(midnight.plus(Duration.ofMinutes(minute)));
    }
    return minutes;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
