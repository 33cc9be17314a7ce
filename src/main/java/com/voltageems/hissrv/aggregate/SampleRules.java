package com.voltageems.hissrv.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.FilterConfig.Condition;
import com.voltageems.hissrv.config.SourcesConfig;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Which samples count.
 *
 * @param sources which keys are sampled, how often, and for how long a value holds
 * @param filters all that match a source apply, in this order
 */
public record SampleRules(SourcesConfig sources, List<FilterConfig> filters) {
  /** Copies the list. */
  public SampleRules {
    filters = List.copyOf(filters);
  }

  /** Of all keys that a mapping names. */
  public SampleRules(Duration staleAfter, List<FilterConfig> filters) {
    this(new SourcesConfig(staleAfter), filters);
  }

  /** No filter, and the usual time to hold. */
  public static SampleRules usual() {
    return new SampleRules(SourcesConfig.defaults(), List.of());
  }

  /** Where SCAN looks for live keys. */
  Collection<String> globs(Mapping mapping) {
    return sources.patterns().isEmpty() ? mapping.scanGlobs() : sources.patterns();
  }

  /** The filters of a source. */
  List<FilterConfig> of(String live) {
    return filters.stream().filter(one -> one.source().matcher(live).matches()).toList();
  }

  /**
   * Tells the script what it is to judge a source's samples by, if by anything.
   *
   * @param timed whether there are times of its values
   */
  void addTo(ObjectNode more, String live, boolean timed) {
    if (timed) {
      more.put("stale", sources.staleAfter().toMillis());
    }
    List<FilterConfig> matching = of(live);
    if (matching.isEmpty()) {
      return;
    }
    var written = more.putArray("filters");
    for (FilterConfig filter : matching) {
      var one = written.addObject();
      if (filter.any() && !filter.conditions().isEmpty()) {
        one.put("any", true);
      }
      if (filter.mark()) {
        one.put("mark", true);
      }
      if (!filter.deadband().isEmpty()) {
        var bands = one.putObject("band");
        filter
            .deadband()
            .forEach((point, band) -> bands.putArray(point).add(band.width()).add(band.share()));
      }
      var row = one.putArray("row");
      var value = one.putArray("value");
      for (Condition condition : filter.conditions()) {
        var list = (condition.field() == null ? value : row).addArray();
        list.add(condition.operator());
        condition.wanted().forEach(list.addArray()::add);
        if (condition.field() != null) {
          list.add(condition.field());
        }
      }
    }
  }
}
