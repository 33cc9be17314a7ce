package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.FilterConfig.Band;
import com.voltageems.hissrv.config.FilterConfig.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code filters:} */
final class FiltersReader {
  private static final String VALUE_ITSELF = "@value";
  private static final List<String> NUMERIC = List.of("gt", "ge", "lt", "le", "between");

  private FiltersReader() {}

  static List<FilterConfig> read(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    var names = new HashMap<String, Integer>();
    var filters = new ArrayList<FilterConfig>();
    for (Value row : value.items("a list of rows with source and conditions")) {
      filter(row, names).ifPresent(filters::add);
    }
    return filters;
  }

  private static Optional<FilterConfig> filter(Value row, Map<String, Integer> names) {
    var section =
        Section.of(row, List.of("name", "source", "match", "conditions", "action", "deadband"));
    Optional<String> glob = section.requiredText("source", "a glob such as \"comsrv:*:m\"");
    String name = name(row, section, glob.orElse(""), names);
    boolean any = oneOf(section, "match", "all", "any");
    boolean mark = oneOf(section, "action", "drop", "mark");
    var conditions = new ArrayList<Condition>();
    Map<String, Band> deadband =
        section.get("deadband").map(DeadbandReader::read).orElseGet(Map::of);
    (section.get("deadband").isPresent()
            ? section.get("conditions")
            : section.require("conditions"))
        .ifPresent(list -> {
          List<Value> items = list.items("a list of rows with field, operator and value");
          if (items.isEmpty()) {
            list.problem("has no condition");
          }
          items.forEach(item -> condition(item).ifPresent(conditions::add));
        });
    if (glob.isPresent() && glob.get().matches(".*[\\\\()\\[+].*")) {
      section
          .require("source")
          .ifPresent(v -> v.problem("is a glob, no regular expression: write comsrv:*:m"));
    }
    return glob.map(
        text -> new FilterConfig(name, SourceGlob.pattern(text), conditions, any, mark, deadband));
  }

  /** Its own, else the glob, numbered where another filter has that one: counters never mix. */
  private static String name(Value row, Section section, String glob, Map<String, Integer> names) {
    String name = section.text("name", glob);
    int number = names.merge(name, 1, Integer::sum);
    if (number > 1 && section.get("name").isPresent()) {
      row.problem("filter " + section.shown("name") + " is given twice");
    }
    return number == 1 ? name : name + " #" + number;
  }

  /** Whether the setting is the second word; the first is what it is when absent. */
  private static boolean oneOf(Section section, String key, String usual, String other) {
    Optional<String> word = section.get(key).flatMap(v -> v.word(List.of(usual, other)));
    return word.filter(other::equals).isPresent();
  }

  private static Optional<Condition> condition(Value row) {
    var section = Section.of(row, List.of("field", "operator", "value"));
    Optional<String> field = section.requiredText("field", "a field of the live hash, or @value");
    Optional<Value> named = section.require("operator");
    Optional<String> operator = named.flatMap(v -> v.word(Condition.OPERATORS));
    if (field.isEmpty() || operator.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<String>> wanted = wanted(section, operator.get());
    if (field.get().equals(VALUE_ITSELF)
        && (operator.get().equals("exists") || operator.get().equals("matches"))) {
      named.get().problem("@value is a number that is there: take another operator, or a field");
      return Optional.empty();
    }
    String name = field.get().equals(VALUE_ITSELF) ? null : field.get();
    return wanted.map(values -> new Condition(name, operator.get(), values));
  }

  private static Optional<List<String>> wanted(Section section, String operator) {
    if (operator.equals("exists")) {
      return Optional.of(List.of(Boolean.toString(section.flag("value", true))));
    }
    Optional<Value> value = section.require("value");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (operator.equals("in") || operator.equals("between")) {
      return listed(value.get(), operator);
    }
    Optional<String> text = value.get().text("a text or a number");
    if (text.isPresent() && NUMERIC.contains(operator) && !isNumber(text.get())) {
      value.get().mismatch("a number");
      return Optional.empty();
    }
    if (text.isPresent() && operator.equals("matches")) {
      Optional<String> wrong = LuaPattern.fault(text.get());
      wrong.ifPresent(why -> value.get().problem("is no Lua pattern for this: " + why));
      return wrong.isPresent() ? Optional.empty() : text.map(List::of);
    }
    return text.map(List::of);
  }

  private static Optional<List<String>> listed(Value value, String operator) {
    boolean between = operator.equals("between");
    String allowed = between ? "a list of two numbers, the smaller first" : "a list of values";
    var texts = new ArrayList<String>();
    List<Value> items = value.items(allowed);
    items.forEach(item -> item.text("a text or a number").ifPresent(texts::add));
    boolean wrong =
        between
            && (texts.size() != 2
                || !texts.stream().allMatch(FiltersReader::isNumber)
                || Double.parseDouble(texts.getFirst()) > Double.parseDouble(texts.getLast()));
    if (!items.isEmpty() && wrong) {
      value.mismatch(allowed);
    } else if (items.isEmpty() && value.isList()) {
      value.problem("is empty, allowed is " + allowed);
    }
    return texts.isEmpty() || wrong ? Optional.empty() : Optional.of(texts);
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
  }
}
