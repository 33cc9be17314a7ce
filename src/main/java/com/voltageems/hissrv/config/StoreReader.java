package com.voltageems.hissrv.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code store:} */
final class StoreReader {
  private static final String PATH = "a folder, relative to the working directory or absolute";

  private StoreReader() {}

  static StoreConfig read(Value value) {
    var section = Section.of(value, List.of("type", "path", "retention"));
    section.get("type").ifPresent(StoreReader::checkType);
    StoreConfig defaults = StoreConfig.defaults();
    return new StoreConfig(
        section.get("path").flatMap(StoreReader::path).orElse(defaults.path()),
        section.get("retention").map(RetentionReader::read).orElse(defaults.retention()));
  }

  private static void checkType(Value value) {
    value
        .text("sqlite")
        .filter(type -> !type.equals("sqlite"))
        .ifPresent(type -> {
          if (type.equals("influxdb")) {
            value.problem("store type 'influxdb' is not built yet in this version; use sqlite");
          } else {
            value.mismatch("sqlite");
          }
        });
  }

  private static Optional<Path> path(Value value) {
    Optional<String> text = Section.notBlank(value, PATH);
    if (text.isPresent() && text.get().startsWith("~")) {
      value.problem("~ has no meaning here; write ${HOME}");
      return Optional.empty();
    }
    try {
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      value.mismatch(PATH);
      return Optional.empty();
    }
  }
}
