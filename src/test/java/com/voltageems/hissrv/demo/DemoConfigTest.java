package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.MappingConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoConfigTest {
  @TempDir Path folder;

  @Test
  void itTakesItsPlacesFromTheDemo() {
    Config config = load(folder.resolve("a: folder with \"odd\" #name"));
    assertThat(config.redis().url()).isEqualTo("redis://127.0.0.1:4242");
    assertThat(config.store().path()).isEqualTo(folder.resolve("a: folder with \"odd\" #name"));
    assertThat(config.api().port()).isEqualTo(8099);
    assertThat(config.api().host()).isEqualTo("127.0.0.1");
  }

  @Test
  void everyPointOfThePlantHasAFieldWithAUnit() {
    Config config = load(folder);
    var hashes = new Plant(ZoneOffset.UTC).hashesAt(Instant.parse("2026-03-04T10:20:30Z"));
    hashes.keySet().stream()
        .filter(key -> !key.endsWith(":ts"))
        .forEach(key -> {
          MappingConfig rule =
              config.mappings().stream()
                  .filter(r -> r.sourcePattern().matcher(key).matches())
                  .findFirst()
                  .orElseThrow();
          assertThat(rule.fields().keySet())
              .containsAll(hashes.getOrDefault(key, Map.of()).keySet());
          assertThat(rule.fields().values()).allMatch(field -> field.unit() != null);
        });
  }

  @Test
  void aChannelsTimesAreNoSource() {
    assertThat(load(folder).mappings())
        .noneMatch(rule -> rule.sourcePattern().matcher("comsrv:1001:m:ts").matches());
  }

  private Config load(Path data) {
    return DemoConfig.load(folder, "redis://127.0.0.1:4242", data, 8099).current();
  }
}
