package com.voltageems.hissrv.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A simulated site: solar panels on a workshop's roof, a battery, a charging point for cars, a cold
 * store, a weather station that drops out and the connection to the grid. A pure function of time:
 * back-fill and live run agree on every second, and so do two runs.
 *
 * <p>At each instant load = PV + battery + grid power, and power = √3 · voltage · current, or
 * voltage · current at the battery.
 */
public final class Plant {
  static final String INVERTER = "comsrv:1001:m";
  static final String METER = "comsrv:1002:m";
  static final String BATTERY = "comsrv:1003:m";
  static final String CHARGER = "comsrv:1004:m";
  static final String COLD_STORE = "comsrv:1005:m";
  static final String STATION = "comsrv:1006:m";
  static final String MODEL = "modsrv:plant:measurement";

  /** The live hashes that have a history; the others hold their points' times. */
  static final List<String> SOURCES =
      List.of(INVERTER, METER, BATTERY, CHARGER, COLD_STORE, STATION, MODEL);

  private static final Noise DRIFT = new Noise(31, 900);
  private static final Noise FLICKER = new Noise(32, 3);
  private static final Noise FREQUENCY_DRIFT = new Noise(33, 120);
  private static final Noise FREQUENCY_JITTER = new Noise(34, 4);

  private final Cycle cycle;
  private final RadioLink stationsLink;

  /**
   * @param offset the site's clock: the sun is highest at 12:00, work is from 7 to 17 o'clock
   */
  public Plant(ZoneOffset offset) {
    cycle = new Cycle(offset);
    stationsLink = new RadioLink(cycle);
  }

  /** What the instruments show at a moment. */
  Readings at(Instant moment) {
    double second = cycle.second(moment);
    double pv = Sun.power(second);
    double voltage = 400 + 4 * DRIFT.at(second) + 0.4 * FLICKER.at(second);
    return new Readings(
        voltage + 0.05 * pv,
        pv,
        voltage,
        Site.gridPower(second),
        50 + 0.02 * FREQUENCY_DRIFT.at(second) + 0.005 * FREQUENCY_JITTER.at(second),
        Site.energyImported(cycle.number(moment), second),
        Site.load(second),
        Battery.at(second),
        EvCharger.at(second),
        ColdStore.at(cycle.number(moment), second),
        WeatherStation.at(second));
  }

  /**
   * The live hashes by key, as the services that own them write them: six decimals, and beside the
   * channels' values the epoch milliseconds of each point. A device that has dropped out has none.
   */
  public Map<String, Map<String, String>> hashesAt(Instant moment) {
    Readings now = at(moment);
    var hashes = new LinkedHashMap<String, Map<String, String>>();
    putChannel(hashes, INVERTER, moment, now.pvVoltage(), now.pvCurrent(), now.pvPower());
    putChannel(
        hashes,
        METER,
        moment,
        now.gridVoltage(),
        now.gridCurrent(),
        now.gridPower(),
        now.frequency(),
        now.energyImported());
    putChannel(
        hashes,
        BATTERY,
        moment,
        now.battery().voltage(),
        now.battery().current(),
        now.battery().power(),
        now.battery().stateOfCharge(),
        now.battery().temperature());
    putChannel(
        hashes,
        CHARGER,
        moment,
        now.gridVoltage(),
        now.chargerCurrent(),
        now.charger().power(),
        now.charger().sessionEnergy());
    putChannel(hashes, COLD_STORE, moment, now.coldStore().power(), now.coldStore().energy());
    stationsLink.lastHeard(moment).ifPresent(heard -> putStation(hashes, heard));
    var model = new LinkedHashMap<String, String>();
    model.put("pv_power", text(now.pvPower()));
    model.put("load_power", text(now.loadPower()));
    model.put("battery_power", text(now.battery().power()));
    model.put("charger_power", text(now.charger().power()));
    model.put("grid_power", text(now.gridPower()));
    model.put("self_consumption", text(now.selfConsumption()));
    model.put("self_sufficiency", text(now.selfSufficiency()));
    hashes.put(MODEL, model);
    return hashes;
  }

  /** Whether a source has a live hash at a moment. */
  boolean isLive(String source, Instant moment) {
    return !source.equals(STATION) || stationsLink.lastHeard(moment).isPresent();
  }

  /** Whether what a source has in Redis at a moment is at most so old. */
  boolean isHeard(String source, Instant moment, Duration age) {
    return !source.equals(STATION)
        || stationsLink
            .lastHeard(moment)
            .filter(heard -> !heard.plus(age).isBefore(moment))
            .isPresent();
  }

  private void putStation(Map<String, Map<String, String>> hashes, Instant heard) {
    WeatherStation.State weather = at(heard).weather();
    putChannel(
        hashes,
        STATION,
        heard,
        weather.irradiance(),
        weather.panelTemperature(),
        weather.windSpeed());
  }

  /** Point ids count from 1. */
  private static void putChannel(
      Map<String, Map<String, String>> hashes, String key, Instant moment, double... values) {
    var points = new LinkedHashMap<String, String>();
    var times = new LinkedHashMap<String, String>();
    for (int i = 0; i < values.length; i++) {
      String id = Integer.toString(i + 1);
      points.put(id, text(values[i]));
      times.put(id, Long.toString(moment.toEpochMilli()));
    }
    hashes.put(key, points);
    hashes.put(key + ":ts", times);
  }

  private static String text(double value) {
    return BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP).toPlainString();
  }
}
