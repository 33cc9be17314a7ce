package com.voltageems.hissrv.config;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** {@code site:} */
final class SiteReader {
  private static final String ZONE = "a time zone such as Europe/Berlin, Asia/Shanghai or UTC";

  private SiteReader() {}

  static SiteConfig read(Value value) {
    var section = Section.of(value, List.of("name", "time_zone"));
    var defaults = SiteConfig.defaults();
    return new SiteConfig(
        section.text("name", defaults.name()),
        section.get("time_zone").flatMap(SiteReader::zone).orElseGet(defaults::timeZone));
  }

  private static Optional<ZoneId> zone(Value value) {
    Optional<String> text = Section.notBlank(value, ZONE);
    try {
      return text.map(ZoneId::of).map(ZoneId::normalized);
    } catch (DateTimeException e) {
      value.mismatch(ZONE);
      return Optional.empty();
    }
  }
}
