package com.voltageems.hissrv.config;

import java.io.StringReader;
import java.util.HashSet;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;

/**
 * How deep, how wide and how often the same a file may be: without bounds a small one fills the
 * memory, or keeps the parser busy.
 */
final class YamlBounds {
  static final int DEEPEST = 20;
  static final int MOST_ALIASES = 50;

  /** The parser's time grows with the square of a line's length: four million take it seconds. */
  static final int LONGEST_LINE = 100_000;

  private YamlBounds() {}

  /** The index of the first line that is too long; -1 when there is none. */
  static int longLineAt(String text) {
    int start = 0;
    while (start >= 0 && start < text.length()) {
      int end = text.indexOf('\n', start);
      if ((end < 0 ? text.length() : end) - start > LONGEST_LINE) {
        return start;
      }
      start = end < 0 ? end : end + 1;
    }
    return -1;
  }

  /** Where a text passes them, of which the parser only says that it does. */
  static Optional<Mark> passedAt(String text, LoaderOptions options) {
    var collections = new HashSet<String>();
    int depth = 0;
    int aliases = 0;
    for (Event event : new Yaml(options).parse(new StringReader(text))) {
      if (event instanceof CollectionStartEvent start) {
        collections.add(start.getAnchor());
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof AliasEvent alias && collections.contains(alias.getAnchor())) {
        aliases++;
      }
      if (depth > DEEPEST || aliases > MOST_ALIASES) {
        return Optional.of(event.getStartMark());
      }
    }
    return Optional.empty();
  }
}
