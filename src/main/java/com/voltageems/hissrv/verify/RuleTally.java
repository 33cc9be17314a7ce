package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.aggregate.LiveText;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.transform.MappedSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one mapping rule makes of live hashes, added up. */
final class RuleTally {
  /** Different points or tag values that are told apart; no plant has more. */
  private static final int MOST = 10_000;

  private static final int LONGEST_EXAMPLE = 40;

  private final String path;
  private final MappingConfig rule;
  private final Examples examples = new Examples();
  private final Map<String, Set<String>> tags = new LinkedHashMap<>();
  private final Map<String, Point> points = new TreeMap<>();
  private final Map<String, Long> unmapped = new TreeMap<>();
  private long keys;
  private long shadowed;

  private static final class Point {
    private long keys;
    private long junk;
    private @Nullable String example;
    private @Nullable String junkExample;
  }

  RuleTally(String path, MappingConfig rule) {
    this.path = path;
    this.rule = rule;
    rule.tags().forEach(tag -> tags.put(tag.name(), new TreeSet<>()));
  }

  MappingConfig rule() {
    return rule;
  }

  /** A key that an earlier rule maps. */
  void shadow() {
    shadowed++;
  }

  /**
   * Returns the points that are mapped and hold a number.
   *
   * @param readByFilters fields that are no points where they hold no number
   */
  List<String> add(MappedSource source, Map<String, String> hash, Set<String> readByFilters) {
    keys++;
    examples.add(source.sourceKey());
    source
        .series()
        .tags()
        .forEach((name, value) -> {
          Set<String> values = tags.computeIfAbsent(name, _ -> new TreeSet<>());
          if (values.size() < MOST) {
            values.add(value);
          }
        });
    var numbers = new ArrayList<String>();
    for (Map.Entry<String, String> entry : hash.entrySet()) {
      String id = entry.getKey();
      boolean isNumber = LiveText.number(entry.getValue()).isPresent();
      if (LiveText.isBookkeeping(id) || (!isNumber && readByFilters.contains(id))) {
        continue;
      }
      if (source.field(id).isEmpty()) {
        if (unmapped.size() < MOST || unmapped.containsKey(id)) {
          unmapped.merge(id, 1L, Long::sum);
        }
        continue;
      }
      if (isNumber) {
        numbers.add(id);
      }
      if (points.size() < MOST || points.containsKey(id)) {
        count(points.computeIfAbsent(id, _ -> new Point()), entry.getValue(), isNumber);
      }
    }
    return numbers;
  }

  private static void count(Point point, String text, boolean isNumber) {
    point.keys++;
    if (isNumber && point.example == null) {
      point.example = shown(text);
    }
    if (!isNumber) {
      point.junk++;
      if (point.junkExample == null) {
        point.junkExample = shown(text);
      }
    }
  }

  private static String shown(String text) {
    return text.length() <= LONGEST_EXAMPLE ? text : text.substring(0, LONGEST_EXAMPLE) + "…";
  }

  DryRunReport.Rule found() {
    var foundTags = new LinkedHashMap<String, DryRunReport.Tag>();
    tags.forEach((name, values) ->
        foundTags.put(
            name, new DryRunReport.Tag(values.size(), values.stream().limit(3).toList())));
    var foundPoints = new TreeMap<String, DryRunReport.Point>();
    points.forEach((id, point) -> foundPoints.put(id, found(id, point)));
    List<String> absent =
        rule.fields().keySet().stream().filter(id -> !points.containsKey(id)).toList();
    return new DryRunReport.Rule(
        path,
        rule.sourcePattern().pattern(),
        rule.measurement(),
        keys,
        shadowed,
        examples.found(),
        foundTags,
        foundPoints,
        new TreeMap<>(unmapped),
        absent);
  }

  private DryRunReport.Point found(String id, Point point) {
    Optional<MappingConfig.Field> field = Optional.ofNullable(rule.fields().get(id));
    return new DryRunReport.Point(
        field.map(MappingConfig.Field::name).orElse(id),
        "float",
        field.map(MappingConfig.Field::unit).orElse(null),
        field.map(MappingConfig.Field::counter).isPresent(),
        point.keys,
        point.example,
        point.junk,
        point.junkExample);
  }
}
