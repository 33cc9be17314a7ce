package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.SeriesKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;

/** The mapping rules. The first whose pattern matches the whole source key decides. */
public final class Mapping {
  private static final String GLOB_SPECIAL = "*?[]\\";

  private final List<MappingConfig> rules;
  private final Map<String, MappedSource> known = new ConcurrentHashMap<>();

  /** Rules in the order of the file. */
  public Mapping(List<MappingConfig> rules) {
    this.rules = List.copyOf(rules);
  }

  /** What becomes of a source; empty when no rule matches it. */
  public Optional<MappedSource> of(String sourceKey) {
    MappedSource found = known.get(sourceKey);
    if (found != null) {
      return Optional.of(found);
    }
    Optional<MappedSource> matched = match(sourceKey);
    matched.ifPresent(source -> known.put(sourceKey, source));
    return matched;
  }

  /**
   * Globs for SCAN that together see every key a rule could match: the rules' literal beginnings.
   * They see more; {@link #of} decides.
   */
  public SortedSet<String> scanGlobs() {
    var prefixes = new TreeSet<String>();
    for (MappingConfig rule : rules) {
      prefixes.add(literalPrefix(rule.sourcePattern().pattern()));
    }
    var globs = new TreeSet<String>();
    for (String prefix : prefixes) {
      boolean covered = prefixes.stream().anyMatch(p -> !p.equals(prefix) && prefix.startsWith(p));
      if (!covered) {
        globs.add(globOf(prefix) + "*");
      }
    }
    return globs;
  }

  private Optional<MappedSource> match(String sourceKey) {
    for (MappingConfig rule : rules) {
      Matcher matcher = rule.sourcePattern().matcher(sourceKey);
      if (matcher.matches()) {
        var tags = new LinkedHashMap<String, String>();
        for (MappingConfig.Tag tag : rule.tags()) {
          String value = matcher.group(tag.index());
          if (value != null && !value.isEmpty()) {
            tags.put(tag.name(), value);
          }
        }
        return Optional.of(
            new MappedSource(sourceKey, SeriesKey.of(rule.measurement(), tags), rule));
      }
    }
    return Optional.empty();
  }

  /** The regex's text up to the first character that could mean anything else; empty with an |. */
  private static String literalPrefix(String regex) {
    if (regex.indexOf('|') >= 0) {
      return "";
    }
    int end = 0;
    while (end < regex.length() && "\\.[]{}()*+?^$".indexOf(regex.charAt(end)) < 0) {
      end++;
    }
    boolean lastIsQuantified = end < regex.length() && "*?{".indexOf(regex.charAt(end)) >= 0;
    return regex.substring(0, lastIsQuantified && end > 0 ? end - 1 : end);
  }

  private static String globOf(String literal) {
    var glob = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (GLOB_SPECIAL.indexOf(c) >= 0) {
        glob.append('\\');
      }
      glob.append(c);
    }
    return glob.toString();
  }
}
