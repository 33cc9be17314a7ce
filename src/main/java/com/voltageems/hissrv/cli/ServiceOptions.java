package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the running service is, for commands that ask it. */
final class ServiceOptions {
  private static final String TOKEN = "HISSRV_TOKEN";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the service answers; else as the configuration's api section says.")
  @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Sent as a bearer token; else $HISSRV_TOKEN.")
  @Nullable String token;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  ServiceOptions() {}

  /** A client of that service; {@code main} has the configuration's place. */
  ServiceClient client(Main main) {
    return client(main, Map.of());
  }

  /** The same, which sends these parameters with every request. */
  ServiceClient client(Main main, Map<String, String> always) {
    Map<String, String> environment = System.getenv();
    return new ServiceClient(
        url == null ? configured(main, environment) : url, sent(token), always);
  }

  /** The token to send; null for none. */
  static @Nullable String sent(@Nullable String given) {
    return given == null ? System.getenv(TOKEN) : given;
  }

  private static String configured(Main main, Map<String, String> environment) {
    return ServiceClient.urlOf(configuration(main, environment).api());
  }

  static Config configuration(Main main, Map<String, String> environment) {
    Path file = ConfigLoader.find(main.config, environment, Path.of(""));
    Functions functions = Functions.with(file.resolveSibling(Functions.FOLDER));
    return ConfigLoader.load(file, environment, functions);
  }
}
