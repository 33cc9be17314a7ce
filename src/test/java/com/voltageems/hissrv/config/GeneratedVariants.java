package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.BrokenVariants.Variant;
import com.voltageems.hissrv.config.Reference.Place;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Every place of the reference, broken in every way that a place can be. */
final class GeneratedVariants {
  private static final List<Function<Place, Optional<Variant>>> WAYS =
      List.of(
          GeneratedVariants::ofAnotherType,
          GeneratedVariants::misspelt,
          GeneratedVariants::twice,
          GeneratedVariants::ofAMissingVariable,
          GeneratedVariants::ofAMalformedVariable,
          GeneratedVariants::ofAMissingFile);

  private GeneratedVariants() {}

  static Stream<Variant> all() {
    return Reference.places().stream()
        .flatMap(place -> WAYS.stream().flatMap(way -> way.apply(place).stream()));
  }

  private static Optional<Variant> ofAnotherType(Place place) {
    boolean textFits = place.isScalar() || place.shape().isText();
    return variant(place, "another type", place.with(textFits ? "{wrong: [1]}" : "wrong"), 0, true);
  }

  private static Optional<Variant> misspelt(Place place) {
    ScalarNode key = place.key();
    if (key == null || !place.known()) {
      return Optional.empty();
    }
    String text =
        new StringBuilder(Reference.TEXT).insert(key.getEndMark().getIndex(), "zz").toString();
    int line = key.getStartMark().getLine() + 1;
    return variant(place, "misspelt", text, line - place.line(), true);
  }

  private static Optional<Variant> twice(Place place) {
    ScalarNode key = place.key();
    if (key == null || !place.isScalar()) {
      return Optional.empty();
    }
    int end = Reference.TEXT.indexOf('\n', key.getEndMark().getIndex());
    String again = "\n" + " ".repeat(key.getStartMark().getColumn()) + key.getValue() + ": 1";
    String text = new StringBuilder(Reference.TEXT).insert(end, again).toString();
    return variant(place, "given twice", text, 1, false);
  }

  private static Optional<Variant> ofAMissingVariable(Place place) {
    return ofText(place, "a missing variable", "${NOT_SET}");
  }

  private static Optional<Variant> ofAMalformedVariable(Place place) {
    return ofText(place, "a malformed variable", "${NOT SET}");
  }

  private static Optional<Variant> ofAMissingFile(Place place) {
    return ofText(place, "a missing file", "${file:/no/such/file}");
  }

  private static Optional<Variant> ofText(Place place, String name, String text) {
    return place.isScalar()
        ? variant(place, name, place.with('"' + text + '"'), 0, false)
        : Optional.empty();
  }

  private static Optional<Variant> variant(
      Place place, String name, String text, int further, boolean ofShape) {
    int line = place.line() + further;
    String where = place.line() + ":" + place.value().getStartMark().getColumn();
    return Optional.of(new Variant(where + " " + place.path() + ": " + name, text, line, ofShape));
  }
}
