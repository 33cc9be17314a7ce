package com.voltageems.hissrv.dashboard;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.testkit.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** The service in this process, with its own data folder, that may be stopped and started again. */
final class RunningService implements AutoCloseable {
  private final Path file;
  private final int port;
  private final Api api;
  private HisSrv service;

  private RunningService(Path file, int port) {
    this.file = file;
    this.port = port;
    this.api = new Api(port);
    this.service = launched();
  }

  /**
   * Returns when it listens.
   *
   * @param api more settings of the section api, each with a comma in front
   * @param more other sections
   */
  static RunningService start(Path folder, String redisUrl, String api, String more)
      throws IOException {
    int port = freePort();
    Path file =
        Files.writeString(
            folder.resolve("hissrv.yml"),
            """
            redis: {url: "%s"}
            service: {polling_interval: 200ms}
            performance: {batch_timeout: 100ms}
            store: {path: "%s"}
            api: {host: 127.0.0.1, port: %d%s}
            mappings:
              - source_pattern: "comsrv:(\\\\d+):m"
                measurement: telemetry
                tags: [{name: channel, source: capture, index: 1}]
                field_mappings: {"1": {name: voltage, unit: V}, "2": {name: power, unit: kW}}
            %s
            """
                .formatted(redisUrl, folder.resolve("data"), port, api, more));
    return new RunningService(file, port);
  }

  private HisSrv launched() {
    var source = new ConfigSource(file, Map.of(), Functions.builtIn());
    var started =
        HisSrv.live(new LiveConfig(source, InstantSource.system()), InstantSource.system());
    started.start();
    return started;
  }

  void stop() {
    service.close();
  }

  void startAgain() {
    service = launched();
  }

  Api api() {
    return api;
  }

  String url() {
    return "http://localhost:" + port + "/";
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    api.close();
    service.close();
  }
}
