package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.FilterConfig.Band;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code deadband:} of a filter. */
final class DeadbandReader {
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,15})?|\\.\\d{1,15})(?:[eE]([+-]?\\d{1,2}))?(\\s*%)?");

  private static final String ALLOWED =
      "a number above zero in the point's unit, such as 0.5, or a share of the value last kept,"
          + " such as 1%";

  private DeadbandReader() {}

  static Map<String, Band> read(Value value) {
    var bands = new LinkedHashMap<String, Band>();
    var entries = value.entries("a mapping of point id to band, such as {\"1\": 0.5, \"2\": 1%}");
    entries.forEach((point, band) -> band(band).ifPresent(read -> bands.put(point, read)));
    if (value.isMapping() && entries.isEmpty()) {
      value.problem("names no point");
    }
    return bands;
  }

  private static Optional<Band> band(Value value) {
    Optional<String> text = Section.notBlank(value, ALLOWED);
    Optional<Band> band =
        text.map(WRITTEN::matcher).filter(Matcher::matches).flatMap(DeadbandReader::band);
    if (text.isPresent() && band.isEmpty()) {
      value.mismatch(ALLOWED);
    }
    return band;
  }

  private static Optional<Band> band(Matcher written) {
    String exponent = written.group(2) == null ? "" : "e" + written.group(2);
    double number = Double.parseDouble(written.group(1) + exponent);
    boolean share = written.group(3) != null;
    if (number <= 0 || (share && number > 100)) {
      return Optional.empty();
    }
    return Optional.of(share ? new Band(0, number / 100) : new Band(number, 0));
  }
}
