package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.RedisTls.Verify;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code redis.tls:} */
final class RedisTlsReader {
  private static final String FILE = "the path of a PEM file";

  private RedisTlsReader() {}

  static RedisTls read(Value value) {
    var section = Section.of(value, List.of("ca", "cert", "key", "verify"));
    Optional<Path> certificate = section.get("cert").flatMap(RedisTlsReader::file);
    Optional<Path> key = section.get("key").flatMap(RedisTlsReader::file);
    if (section.get("cert").isPresent() != section.get("key").isPresent()) {
      value.problem("cert and key belong together: one of them is missing");
    }
    return new RedisTls(
        section.get("ca").flatMap(RedisTlsReader::file).orElse(null),
        certificate.orElse(null),
        key.orElse(null),
        section.get("verify").flatMap(RedisTlsReader::verify).orElse(Verify.FULL));
  }

  private static Optional<Path> file(Value value) {
    Optional<String> text = Section.notBlank(value, FILE);
    try {
      Optional<Path> file = text.map(Path::of);
      if (file.isPresent() && !Files.isReadable(file.get())) {
        value.problem("there is no file " + value.shown() + " that can be read");
      }
      return file;
    } catch (InvalidPathException e) {
      value.mismatch(FILE);
      return Optional.empty();
    }
  }

  private static Optional<Verify> verify(Value value) {
    return value
        .word(List.of("full", "ca", "none"))
        .map(word -> Verify.valueOf(word.toUpperCase(Locale.ROOT)));
  }
}
