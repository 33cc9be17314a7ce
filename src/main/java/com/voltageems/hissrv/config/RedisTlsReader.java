package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.RedisTls.Verify;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code redis.tls:} */
final class RedisTlsReader {
  private RedisTlsReader() {}

  static RedisTls read(Value value) {
    var section = Section.of(value, List.of("ca", "cert", "key", "verify"));
    Optional<Path> certificate = section.get("cert").flatMap(PemFile::read);
    Optional<Path> key = section.get("key").flatMap(PemFile::read);
    if (section.get("cert").isPresent() != section.get("key").isPresent()) {
      value.problem("cert and key belong together: one of them is missing");
    }
    return new RedisTls(
        section.get("ca").flatMap(PemFile::read).orElse(null),
        certificate.orElse(null),
        key.orElse(null),
        section.get("verify").flatMap(RedisTlsReader::verify).orElse(Verify.FULL));
  }

  private static Optional<Verify> verify(Value value) {
    return value
        .word(List.of("full", "ca", "none"))
        .map(word -> Verify.valueOf(word.toUpperCase(Locale.ROOT)));
  }
}
