package com.voltageems.hissrv.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations that held, the newest last, in a file of a JSON object a line. It is for
 * people and for going back: what can't be read of it is left out, never in the way.
 */
final class ConfigHistory {
  static final String NAME = "config.history.jsonl";

  private static final int MOST = 100;
  private static final Logger LOG = LoggerFactory.getLogger(ConfigHistory.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final List<ConfigRevision> revisions = new ArrayList<>();

  ConfigHistory(Path dataFolder) {
    file = dataFolder.resolve(NAME);
    try {
      if (Files.exists(file)) {
        Files.readAllLines(file).forEach(line -> revision(line).ifPresent(revisions::add));
      }
    } catch (IOException e) {
      LOG.warn("{} can't be read, the history begins anew: {}", file, e.toString());
    }
  }

  List<ConfigRevision> all() {
    return List.copyOf(revisions);
  }

  Optional<ConfigRevision> last() {
    return revisions.isEmpty() ? Optional.empty() : Optional.of(revisions.getLast());
  }

  Optional<ConfigRevision> get(long number) {
    return revisions.stream().filter(one -> one.number() == number).findFirst();
  }

  void add(ConfigRevision revision) {
    revisions.add(revision);
    if (revisions.size() > MOST) {
      revisions.removeFirst();
    }
    write();
  }

  /** Others take the place of all. */
  void replace(List<ConfigRevision> others) {
    revisions.clear();
    revisions.addAll(others.subList(Math.max(0, others.size() - MOST), others.size()));
    write();
  }

  private void write() {
    var text = new StringBuilder();
    revisions.forEach(one -> text.append(line(one)).append('\n'));
    try {
      Overlay.replace(file, text.toString());
    } catch (IOException e) {
      LOG.warn("{} can't be written: {}", file, e.toString());
    }
  }

  static String line(ConfigRevision revision) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("revision", revision.number());
    json.put("at", revision.at().toString());
    json.put("cause", revision.cause());
    var changes = new LinkedHashMap<String, @Nullable Object>();
    revision
        .changes()
        .forEach((path, change) -> {
          var both = new LinkedHashMap<String, @Nullable Object>();
          both.put("before", change.before());
          both.put("after", change.after());
          changes.put(path, both);
        });
    json.put("changes", changes);
    json.put("written", revision.written());
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and texts are always JSON", e);
    }
  }

  static Optional<ConfigRevision> revision(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      var changes = new TreeMap<String, Difference>();
      json.path("changes")
          .properties()
          .forEach(one ->
              changes.put(
                  one.getKey(),
                  new Difference(
                      one.getValue().path("before").asText(null),
                      one.getValue().path("after").asText(null))));
      if (!json.path("written").isObject()) {
        return Optional.empty();
      }
      Map<String, @Nullable Object> written =
          JSON.convertValue(json.path("written"), new TypeReference<>() {});
      return Optional.of(
          new ConfigRevision(
              json.path("revision").asLong(),
              Instant.parse(json.path("at").asText()),
              json.path("cause").asText(),
              changes,
              written));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      LOG.debug("a line of the history can't be read", e);
      return Optional.empty();
    }
  }
}
