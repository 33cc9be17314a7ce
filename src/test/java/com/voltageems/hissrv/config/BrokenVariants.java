package com.voltageems.hissrv.config;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/** Configurations that must be refused, each with the line that must be named. */
public final class BrokenVariants {
  /** What no message may show. It is wrong wherever something is checked. */
  public static final String CANARY = "c4n4ry ([%";

  /** What the variants are to be loaded with. */
  public static final Map<String, String> ENVIRONMENT = Map.of("CANARY", CANARY);

  private BrokenVariants() {}

  /**
   * One of them.
   *
   * @param name says what is wrong; no two are the same
   * @param line of which there must be a problem; 0 for the file as a whole
   * @param ofShape whether an editor that only knows the schema can tell, too
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  public record Variant(String name, byte[] yaml, int line, boolean ofShape) {
    Variant(String name, String yaml, int line, boolean ofShape) {
      this(name, yaml.getBytes(StandardCharsets.UTF_8), line, ofShape);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Always the same, in the same order. */
  public static Stream<Variant> all() {
    return Stream.of(GeneratedVariants.all(), WrittenVariants.all(), LargeVariants.all())
        .flatMap(some -> some);
  }
}
