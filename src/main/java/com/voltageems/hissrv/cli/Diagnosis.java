package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.app.DataFolder;
import com.voltageems.hissrv.app.DataFolderException;
import com.voltageems.hissrv.app.FolderLock;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries what a service of a configuration will need, and says what mends it. Writes nothing. */
final class Diagnosis {
  private static final Script VERSION = Script.of("return redis.REDIS_VERSION or ''");
  private static final int LEAST_REDIS = 7;
  private static final Duration MOST_OFF = Duration.ofSeconds(2);
  private static final long FEW_BYTES = 1L << 30;

  private final Config config;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();

  Diagnosis(Config config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /** How bad it is. */
  enum Grade {
    GOOD,
    WARNING,
    BAD
  }

  /**
   * One thing that was tried.
   *
   * @param remedy what to do, a command where there is one; null when nothing is wrong
   */
  record Finding(String what, Grade grade, String says, @Nullable String remedy) {}

  /**
   * Everything, in the order of the flow.
   *
   * @param running whether the service answers; then it holds folder and port
   */
  List<Finding> of(boolean running) {
    redis();
    folder(running);
    disk();
    config
        .influxdb()
        .ifPresent(influx -> {
          try (var store = LevelBuckets.open(influx)) {
            check(
                "store",
                store.check(),
                "see influxdb in docs/configuration.md; ./hissrv check-config");
          }
        });
    if (!running) {
      port(config.api());
    }
    return findings;
  }

  private void redis() {
    try (var redis = new RedisConnection(config.redis())) {
      redis.watchMemory();
      CheckResult check = redis.check();
      check(
          "redis",
          check,
          "start it (systemctl start redis-server), or set redis.url; try: redis-cli -u "
              + config.redis().safeUrl()
              + " ping");
      if (check.ok()) {
        version(redis);
        clock(redis);
      }
    } catch (RedisException e) {
      add("redis", Grade.BAD, String.valueOf(e.getMessage()), "set redis.url");
    }
  }

  private void version(RedisConnection redis) {
    String version = String.valueOf(redis.eval(VERSION, List.of(), List.of()));
    String major = version.split("\\.", 2)[0];
    if (major.matches("\\d{1,4}") && Integer.parseInt(major) >= LEAST_REDIS) {
      add("redis version", Grade.GOOD, version, null);
    } else {
      add(
          "redis version",
          Grade.BAD,
          version.isEmpty() ? "older than 7" : version,
          "install Redis 7 or newer");
    }
  }

  private void clock(RedisConnection redis) {
    Instant here = clock.instant();
    Duration off = Duration.between(here, redis.clock().instant());
    if (off.abs().compareTo(MOST_OFF) > 0) {
      add(
          "clock",
          Grade.WARNING,
          "Redis's clock is %d s off this machine's".formatted(off.toSeconds()),
          "let both follow NTP: timedatectl set-ntp true");
    } else {
      add("clock", Grade.GOOD, "%d ms off Redis's".formatted(off.toMillis()), null);
    }
  }

  private void folder(boolean running) {
    Path folder = config.store().path();
    if (running) {
      add("data directory", Grade.GOOD, folder + ", in use by the running service", null);
      return;
    }
    if (!Files.exists(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      boolean canBeMade = parent != null && Files.isWritable(nearest(parent));
      add(
          "data directory",
          canBeMade ? Grade.GOOD : Grade.BAD,
          folder + (canBeMade ? " will be made" : " can't be made by this user"),
          canBeMade
              ? null
              : "make it, for the user of the service: install -d -o hissrv " + folder);
      return;
    }
    try (FolderLock _ = DataFolder.claim(folder)) {
      add("data directory", Grade.GOOD, folder.toString(), null);
    } catch (DataFolderException e) {
      add(
          "data directory",
          Grade.BAD,
          String.valueOf(e.getMessage()),
          "run as the user of the service, or give it the folder: chown -R hissrv " + folder);
    }
  }

  private void disk() {
    try {
      long free =
          Files.getFileStore(nearest(config.store().path().toAbsolutePath())).getUsableSpace();
      String says = "%,d MiB free".formatted(free >> 20);
      if (free < FEW_BYTES) {
        add("disk", Grade.BAD, says, "make room: less than 1 GiB is left for history and outbox");
      } else if (free < config.performance().outboxSize()) {
        add(
            "disk",
            Grade.WARNING,
            says,
            "an outage may fill it: lower performance.outbox_size, or make room");
      } else {
        add("disk", Grade.GOOD, says, null);
      }
    } catch (IOException e) {
      add("disk", Grade.BAD, String.valueOf(e.getMessage()), "look at the mount of store.path");
    }
  }

  private static Path nearest(Path path) {
    Path at = path;
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        return at;
      }
      at = parent;
    }
    return at;
  }

  private void port(ApiConfig api) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(api.host(), api.port()));
      add("port", Grade.GOOD, api.port() + " is free", null);
    } catch (IOException e) {
      add(
          "port",
          Grade.BAD,
          "%s:%d: %s".formatted(api.host(), api.port(), e.getMessage()),
          "see who has it (ss -ltnp | grep :%d), or set api.port".formatted(api.port()));
    }
  }

  private void check(String what, CheckResult check, String remedy) {
    String warning = check.warning();
    if (!check.ok()) {
      add(what, Grade.BAD, check.message(), remedy);
    } else if (warning != null) {
      add(what, Grade.WARNING, check.message(), warning);
    } else {
      add(what, Grade.GOOD, check.message(), null);
    }
  }

  private void add(String what, Grade grade, String says, @Nullable String remedy) {
    findings.add(new Finding(what, grade, says, remedy));
  }
}
