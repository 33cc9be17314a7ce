package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.aggregate.Functions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes configurations to a file and loads them as the service would. */
final class ConfigFixture {
  private final Path file;

  ConfigFixture(Path folder) {
    this.file = folder.resolve("hissrv.yml");
  }

  Config load(String yaml) {
    return load(yaml, Map.of());
  }

  Config load(String yaml, Map<String, String> environment) {
    return load(yaml.getBytes(StandardCharsets.UTF_8), environment);
  }

  /** What is wrong with it, without the folder: {@code 4:21 service.batch_size: found …}. */
  List<String> problems(String yaml) {
    return problems(yaml.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  List<String> problems(byte[] bytes, Map<String, String> environment) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(bytes, environment));
    if (e == null) {
      return List.of();
    }
    return e.problems().stream()
        .map(p -> {
          if (!p.file().equals(file.toString())) {
            throw new AssertionError("a problem of another file: " + p);
          }
          return p.line() + ":" + p.column() + " " + p.path() + ": " + p.message();
        })
        .toList();
  }

  private Config load(byte[] bytes, Map<String, String> environment) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ConfigLoader.load(file, environment, Functions.builtIn());
  }
}
