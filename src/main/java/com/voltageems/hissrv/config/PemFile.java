package com.voltageems.hissrv.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A setting that names a PEM file. */
final class PemFile {
  private static final String ALLOWED = "the path of a PEM file";

  private PemFile() {}

  /** The path of a file that can be read; empty (and a problem) otherwise, or a problem alone. */
  static Optional<Path> read(Value value) {
    Optional<String> text = Section.notBlank(value, ALLOWED);
    try {
      Optional<Path> file = text.map(Path::of);
      if (file.isPresent() && !Files.isReadable(file.get())) {
        value.problem("there is no file " + value.shown() + " that can be read");
      }
      return file;
    } catch (InvalidPathException e) {
      value.mismatch(ALLOWED);
      return Optional.empty();
    }
  }
}
