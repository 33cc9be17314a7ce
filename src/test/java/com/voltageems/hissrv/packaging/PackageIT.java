package com.voltageems.hissrv.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class PackageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** The jars that are being tested, whatever else lies in the tree. */
  private static final Map<String, String> BUILT = Map.of("HISSRV_TEST_BUILT", "yes");

  @TempDir Path folder;

  @Test
  void theDebianPackageInstallsRunsAsItsServiceSaysAndKeepsTheHistoryWhenRemoved()
      throws Exception {
    Path deb = Path.of(Command.run(BUILT, "scripts/package.sh", "deb").succeed().strip());
    try (var server = PrivateRedis.start(Files.createDirectory(folder.resolve("redis")));
        var installed = InstalledPackage.install(deb, folder.resolve("root"))) {
      assertThat(installed.complaints()).isEmpty();
      int port = freePort();
      Process service = start(installed, server.url(), port);
      try (var neighbour = RedisClient.create(server.url());
          var api = new Api(port)) {
        api.awaitUp(PATIENCE);
        long _ = neighbour.lpush("archive:pending", document());
        Await.until(
            "the document is history",
            PATIENCE,
            () ->
                api.get("/query?measurement=tariff")
                    .filter(rows -> !rows.path("rows").isEmpty())
                    .isPresent());
        service.destroy();
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isEqualTo(143);
      } finally {
        service.destroyForcibly().onExit().join();
      }

      installed.remove();
      assertThat(installed.isInstalled()).isFalse();
      assertThat(installed.workingDirectory().resolve("data/store/index.db")).exists();
    }
  }

  @Test
  void aReleaseThatIsUnpackedAnywhereStartsWithTheJavaItBrings() throws Exception {
    Path release = folder.resolve("a place").resolve("hissrv");
    String _ =
        Command.run(BUILT, "scripts/package.sh", "--with-java", "folder", release.toString())
            .succeed();

    var version =
        Command.run(
            "env", "-i", "PATH=/usr/bin:/bin", release.resolve("hissrv").toString(), "--version");

    assertThat(version.succeed()).startsWith("hissrv ").contains("Java 25");
    assertThat(release.resolve("jre/bin/javac")).doesNotExist();
    for (String script : List.of("hissrv_cron.sh", "init_scripts.sh", "aggregate.lua")) {
      assertThat(release.resolve("scripts").resolve(script)).exists();
    }
  }

  @Test
  void theInstallerLaysOutAServiceAndKeepsAConfigurationThatIsThere() throws Exception {
    Path release = folder.resolve("release");
    Path root = Files.createDirectory(folder.resolve("root"));
    String _ = Command.run(BUILT, "scripts/package.sh", "folder", release.toString()).succeed();
    Map<String, String> there = Map.of("DESTDIR", root.toString());
    String installer = release.resolve("deploy/systemd/install.sh").toString();

    String _ = Command.run(there, installer).succeed();
    Path config = root.resolve("etc/hissrv/default.yml");
    Files.writeString(config, "# mine\n");
    String _ = Command.run(there, installer).succeed();

    assertThat(config).hasContent("# mine\n");
    assertThat(root.resolve("opt/hissrv/hissrv")).isExecutable();
    assertThat(root.resolve("etc/systemd/system/hissrv.service"))
        .content()
        .contains("ExecStart=/opt/hissrv/hissrv run --config /etc/hissrv/default.yml");

    String _ = Command.run(there, installer, "--remove").succeed();
    assertThat(root.resolve("opt/hissrv")).doesNotExist();
    assertThat(config).exists();
  }

  private Process start(InstalledPackage installed, String redisUrl, int port) throws IOException {
    var builder =
        new ProcessBuilder(installed.command())
            .directory(installed.workingDirectory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("service.txt").toFile());
    builder.environment().put("HISSRV_REDIS_URL", redisUrl);
    builder.environment().put("HISSRV_API_PORT", Integer.toString(port));
    builder.environment().put("HISSRV_API_HOST", "127.0.0.1");
    return builder.start();
  }

  private static String document() {
    return "{\"timestamp\":%d,\"measurement\":\"tariff\",\"fields\":{\"price\":0.31}}"
        .formatted(Instant.now().getEpochSecond());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
