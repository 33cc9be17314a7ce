package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code statistics:} of one rule: those that fold, and functions over all values. */
final class StatisticsReader {
  private final List<Level> levels;
  private final ValueFunctionReader functions;
  private final String allowed;
  private final Set<Statistic> statistics = EnumSet.noneOf(Statistic.class);
  private final List<ValueFunction> asked = new ArrayList<>();
  private final Set<String> labels = new HashSet<>();

  /**
   * @param levels that are configured
   */
  StatisticsReader(List<Level> levels, KnownFunctions known) {
    this.levels = levels;
    functions = new ValueFunctionReader(known);
    allowed =
        Stream.concat(
                Arrays.stream(Statistic.values())
                    .filter(statistic -> statistic != Statistic.INCREASE)
                    .map(Statistic::label),
                known.names().stream())
            .collect(Collectors.joining(", "));
  }

  /** What one rule asks for; the usual statistics where it asks for nothing. */
  record Asked(Set<Statistic> statistics, List<ValueFunction> functions) {
    static final Asked USUAL = new Asked(Statistic.USUAL, List.of());
  }

  Asked read(Value value) {
    value.items("a list of " + allowed).forEach(this::item);
    return statistics.isEmpty() && asked.isEmpty() ? Asked.USUAL : new Asked(statistics, asked);
  }

  private void item(Value item) {
    if (item.isMapping()) {
      var section = Section.of(item, List.of("function", "levels"));
      List<Level> on = section.get("levels").map(this::levels).orElseGet(() -> shortEnough(item));
      section.require("function").ifPresent(text -> function(text, on));
      return;
    }
    Optional<String> text = Section.notBlank(item, allowed);
    Optional<Statistic> statistic = text.flatMap(Statistic::parse);
    if (statistic.equals(Optional.of(Statistic.INCREASE))) {
      item.problem(
          "increase is for counters: give the field \"counter: {}\" in field_mappings, and every"
              + " window has it");
    } else if (statistic.isPresent()) {
      statistics.add(statistic.get());
    } else if (text.isPresent()) {
      function(item, shortEnough(item));
    }
  }

  private void function(Value value, List<Level> on) {
    Optional<ValueFunction> function = functions.read(value, allowed, on);
    if (function.isPresent() && !labels.add(function.get().label())) {
      value.problem(
          "another function of this rule is stored as <field>_%s too"
              .formatted(function.get().label()));
    }
    function.ifPresent(asked::add);
  }

  /** All levels, when none of them is too long; else it must be said which. */
  private List<Level> shortEnough(Value item) {
    List<Level> tooLong =
        levels.stream().filter(level -> !ValueFunctionReader.fits(level)).toList();
    if (!tooLong.isEmpty()) {
      item.problem(
          "a function needs every value of its window, and those of more than an hour (%s) are not kept; say on which levels: {function: …, levels: [%s]}"
              .formatted(names(tooLong), names(fitting())));
    }
    return levels;
  }

  private List<Level> levels(Value value) {
    var on = new ArrayList<Level>();
    List<Value> items = value.items("a list of " + names(levels));
    if (items.isEmpty()) {
      value.problem("names no level, allowed is a list of " + names(fitting()));
    }
    for (Value item : items) {
      Optional<String> name = Section.notBlank(item, names(levels));
      Optional<Level> level =
          name.flatMap(n -> levels.stream().filter(one -> one.name().equals(n)).findFirst());
      if (level.isPresent() && !ValueFunctionReader.fits(level.get())) {
        item.problem(
            "a function needs every value of its window, and those of more than an hour are not kept; found "
                + item.shown());
      } else if (name.isPresent() && level.isEmpty()) {
        item.mismatch(names(levels) + " (aggregation.intervals)");
      }
      level.ifPresent(on::add);
    }
    return on;
  }

  private List<Level> fitting() {
    return levels.stream().filter(ValueFunctionReader::fits).toList();
  }

  private static String names(List<Level> levels) {
    return levels.stream().map(Level::name).collect(Collectors.joining(", "));
  }
}
