package com.voltageems.hissrv.demo;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Map;

/** The demo's configuration: the bundled {@code demo.yml}, loaded like anybody's. */
public final class DemoConfig {
  private static final String RESOURCE = "/demo.yml";

  private DemoConfig() {}

  /**
   * Copies {@code demo.yml} to the run folder, where a user may read it, and loads it.
   *
   * @param redisUrl of the private Redis
   * @param data where the store, outbox and catalog go
   * @param port of the API; 0 takes any free one
   * @throws DemoException when the run folder can't be written
   */
  public static LiveConfig load(Path runFolder, String redisUrl, Path data, int port) {
    Path file = runFolder.resolve("demo.yml");
    try (InputStream bundled = DemoConfig.class.getResourceAsStream(RESOURCE)) {
      if (bundled == null) {
        throw new DemoException("This build of HisSrv has no demo.yml in it", null);
      }
      Files.copy(bundled, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DemoException("Can't write " + file + ": " + e, e);
    }
    var environment =
        Map.of(
            "HISSRV_DEMO_REDIS_URL",
            redisUrl,
            "HISSRV_DEMO_DATA",
            data.toString(),
            "HISSRV_DEMO_PORT",
            Integer.toString(port));
    return new LiveConfig(
        new ConfigSource(file, environment, Functions.builtIn()), InstantSource.system());
  }
}
