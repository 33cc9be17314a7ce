package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code aggregations:}, held against the levels and the measurements that there are. */
final class AggregationsReader {
  private static final List<String> KEYS = List.of("name", "interval", "function", "sources");

  private final List<Level> levels;
  private final List<MappingConfig> mappings;
  private final List<String> measurements;
  private final KnownFunctions functions;

  /** Without any mapping nothing is known to be written, and no measurement is held to be wrong. */
  AggregationsReader(List<Level> levels, List<MappingConfig> mappings, KnownFunctions functions) {
    this.levels = levels;
    this.functions = functions;
    this.mappings = mappings;
    measurements =
        mappings.stream()
            .map(MappingConfig::measurement)
            .filter(name -> !name.isEmpty())
            .sorted()
            .distinct()
            .toList();
  }

  List<NamedAggregation> read(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    var names = new HashSet<String>();
    var all = new ArrayList<NamedAggregation>();
    for (Value row : value.items("a list of rows with " + String.join(", ", KEYS))) {
      row(row, names).ifPresent(all::add);
    }
    return all;
  }

  private Optional<NamedAggregation> row(Value row, Set<String> names) {
    var section = Section.of(row, KEYS);
    Optional<String> name = section.requiredText("name", "a name");
    if (name.isPresent() && !names.add(name.get())) {
      row.problem("aggregation " + section.shown("name") + " is given twice");
    }
    Optional<Level> level = section.require("interval").flatMap(this::level);
    Optional<Value> called = section.require("function");
    Level on = level.orElse(Level.RAW);
    Optional<FunctionName> function = called.flatMap(v -> FunctionName.read(v, functions, on));
    Set<String> sources = section.require("sources").map(this::sources).orElseGet(Set::of);
    if (name.isEmpty() || level.isEmpty() || function.isEmpty() || sources.isEmpty()) {
      return Optional.empty();
    }
    Summary statistic = function.get().statistic();
    if (statistic == Statistic.INCREASE) {
      sources.stream()
          .filter(measurements::contains)
          .filter(measurement -> !hasCounter(measurement))
          .forEach(measurement ->
              called
                  .get()
                  .problem(
                      "increase is for counters, and no field of \""
                          + measurement
                          + "\" is one: give it \"counter: {}\" in field_mappings"));
    }
    mappings.stream()
        .filter(rule -> sources.contains(rule.measurement()))
        .flatMap(rule -> rule.fields().values().stream())
        .flatMap(field ->
            ScalingReader.inexact(field.scaling(), statistic)
                .map(why -> why + ": field \"" + field.name() + "\"")
                .stream())
        .distinct()
        .forEach(called.get()::problem);
    return Optional.of(
        new NamedAggregation(name.get(), level.get(), function.get().text(), statistic, sources));
  }

  private boolean hasCounter(String measurement) {
    return mappings.stream()
        .filter(rule -> rule.measurement().equals(measurement))
        .flatMap(rule -> rule.fields().values().stream())
        .anyMatch(field -> field.counter() != null);
  }

  private Optional<Level> level(Value value) {
    Optional<String> text = value.text(Durations.ALLOWED);
    Optional<Duration> length = text.flatMap(Durations::parse);
    if (length.isEmpty()) {
      text.ifPresent(t -> value.mismatch(Durations.ALLOWED));
      return Optional.empty();
    }
    List<Level> fitting =
        levels.stream().filter(level -> level.length().equals(length.get())).toList();
    if (fitting.isEmpty() && !levels.isEmpty()) {
      String there = levels.stream().map(Level::name).collect(Collectors.joining(", "));
      value.problem(
          "found "
              + value.shown()
              + ", which is no level in aggregation.intervals; add it there, or take one of "
              + there);
    }
    return fitting.stream()
        .filter(level -> level.name().equals(text.get()))
        .findFirst()
        .or(() -> fitting.stream().findFirst());
  }

  private Set<String> sources(Value value) {
    List<Value> items = value.items("a list of measurements");
    if (items.isEmpty()) {
      value.problem("names no measurement");
    }
    var sources = new HashSet<String>();
    for (Value item : items) {
      Optional<String> name = Section.notBlank(item, "a measurement");
      if (name.isPresent() && !sources.add(name.get())) {
        item.problem(item.shown() + " is given twice");
      } else if (name.isPresent()
          && !measurements.isEmpty()
          && !measurements.contains(name.get())) {
        String near =
            Nearest.typoOf(name.get(), measurements)
                .map(one -> "; did you mean \"" + one + "\"?")
                .orElse(".");
        item.problem(
            "found %s, a measurement that no rule of mappings writes%s They write: %s"
                .formatted(item.shown(), near, String.join(", ", measurements)));
      }
    }
    return sources;
  }
}
