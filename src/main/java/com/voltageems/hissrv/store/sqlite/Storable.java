package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** What can never be stored: text that has no UTF-8 form would come back as other text. */
final class Storable {
  private Storable() {}

  /** Why a point can't be stored; empty when it can. */
  static Optional<String> problemOf(Point point) {
    return texts(point)
        .filter(text -> !StandardCharsets.UTF_8.newEncoder().canEncode(text))
        .findFirst()
        .map(text ->
            "half a surrogate pair in '"
                + text.replaceAll("\\p{Cs}", "\uFFFD")
                + "' can't be stored");
  }

  private static Stream<String> texts(Point point) {
    var series = point.series();
    return Stream.of(
            Stream.of(series.measurement()),
            series.tags().keySet().stream(),
            series.tags().values().stream(),
            point.fields().keySet().stream(),
            point.fields().values().stream()
                .filter(StringValue.class::isInstance)
                .map(value -> ((StringValue) value).value()))
        .flatMap(texts -> texts);
  }
}
