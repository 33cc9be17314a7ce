package com.voltageems.hissrv.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code store:} */
final class StoreReader {
  private static final String PATH = "a folder, relative to the working directory or absolute";

  private static final String INFLUXDB = "influxdb";

  private StoreReader() {}

  /**
   * Reads the section.
   *
   * @param influxdb whether there is a section {@code influxdb}, which decides where no type is
   *     given
   */
  static StoreConfig read(Value value, boolean influxdb) {
    var section = Section.of(value, List.of("type", "path", "retention"));
    StoreConfig defaults = byDefault(influxdb);
    return new StoreConfig(
        section.get("type").flatMap(v -> type(v, influxdb)).orElseGet(defaults::type),
        section.get("path").flatMap(StoreReader::path).orElseGet(defaults::path),
        section.get("retention").map(RetentionReader::read).orElseGet(defaults::retention));
  }

  /** What holds when the section is absent. */
  static StoreConfig byDefault(boolean influxdb) {
    return StoreConfig.defaults().in(influxdb ? StoreType.INFLUXDB : StoreType.SQLITE);
  }

  private static Optional<StoreType> type(Value value, boolean influxdb) {
    Optional<String> type = value.word(List.of("sqlite", INFLUXDB));
    if (type.filter(INFLUXDB::equals).isPresent() && !influxdb) {
      value.problem("store type influxdb needs a section influxdb, which says where it is");
    }
    return type.map(t -> t.equals(INFLUXDB) ? StoreType.INFLUXDB : StoreType.SQLITE);
  }

  static Optional<Path> path(Value value) {
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
