package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.aggregate.Functions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPlacesTest {
  @TempDir Path folder;

  @Test
  void theOptionComesFirstThenTheVariableThenTheWorkingDirectoryThenTheSystem() throws IOException {
    Path option = write("option.yml");
    Path variable = write("variable.yml");
    Path own = write("config/default.yml");
    Path system = write("etc/default.yml");
    var environment = Map.of("HISSRV_CONFIG", "variable.yml");

    assertThat(ConfigLoader.find(Path.of("option.yml"), environment, folder, system))
        .isEqualTo(option);
    assertThat(ConfigLoader.find(null, environment, folder, system)).isEqualTo(variable);
    assertThat(ConfigLoader.find(null, Map.of("HISSRV_CONFIG", ""), folder, system)).isEqualTo(own);
    Files.delete(own);
    assertThat(ConfigLoader.find(null, Map.of(), folder, system)).isEqualTo(system);
  }

  @Test
  void oneThatWasAskedForMustExist() throws IOException {
    write("config/default.yml");

    assertThatThrownBy(() -> ConfigLoader.find(Path.of("no.yml"), Map.of(), folder))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder + "/no.yml: there is no such file (given by --config)");
    assertThatThrownBy(
            () -> ConfigLoader.find(null, Map.of("HISSRV_CONFIG", "/no/such.yml"), folder))
        .isInstanceOf(ConfigException.class)
        .hasMessage("/no/such.yml: there is no such file (given by $HISSRV_CONFIG)");
  }

  @Test
  void whereNoneIsFoundAllPlacesAreNamed() {
    Path system = folder.resolve("etc/default.yml");

    assertThatThrownBy(() -> ConfigLoader.find(null, Map.of(), folder, system))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "--config", "$HISSRV_CONFIG", folder + "/config/default.yml", system.toString());
  }

  @Test
  void aFolderAndAMissingFileAreProblemsNotStackTraces() {
    assertThatThrownBy(() -> ConfigLoader.load(folder, Map.of(), Functions.builtIn()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder + ": is a folder; a YAML file is needed");
    assertThatThrownBy(
            () -> ConfigLoader.load(folder.resolve("no.yml"), Map.of(), Functions.builtIn()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder + "/no.yml: there is no such file");
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "api: {}\n");
  }
}
